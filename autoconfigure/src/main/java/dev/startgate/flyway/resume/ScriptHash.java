package dev.startgate.flyway.resume;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

/**
 * A hash of the statements of a script, up to one of them. It is computed on demand, as
 * no caller needs it for statements that are rolled back together.
 */
final class ScriptHash {

	private static final int LENGTH = 16;

	/** How many characters of statements may wait for their hash. */
	private static final int WAITING = 1 << 16;

	private @Nullable ScriptHash before;

	private final String sql;

	private final int waiting;

	private @Nullable String value;

	private ScriptHash(@Nullable ScriptHash before, String sql, int waiting, @Nullable String value) {
		this.before = before;
		this.sql = sql;
		this.waiting = waiting;
		this.value = value;
	}

	static ScriptHash of(String value) {
		return new ScriptHash(null, "", 0, value);
	}

	/**
	 * Return the hash after one more statement.
	 */
	ScriptHash and(String next) {
		int all = ((this.value != null) ? 0 : this.waiting) + next.length();
		ScriptHash hash = new ScriptHash(this, next, all, null);
		if (all > WAITING) {
			hash.value();
		}
		return hash;
	}

	String value() {
		Deque<ScriptHash> unknown = new ArrayDeque<>();
		ScriptHash last = this;
		while (last.value == null && last.before != null) {
			unknown.push(last);
			last = last.before;
		}
		String known = String.valueOf(last.value);
		for (ScriptHash hash : unknown) {
			known = hash(known, hash.sql);
			hash.value = known;
			hash.before = null;
		}
		return known;
	}

	private static String hash(String before, String sql) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			digest.update((before + "\n").getBytes(StandardCharsets.UTF_8));
			digest.update(sql.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(digest.digest(), 0, LENGTH);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
