package dev.startgate.flyway.resume;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * How far a script has come.
 *
 * @param done how many of its statements have taken effect
 * @param statements the hash of these statements
 * @param doubt the statement that has been begun and may have taken effect, {@code null}
 * if there is none
 */
public record ScriptPosition(int done, ScriptHash statements, @Nullable Doubt doubt) {

	private static final String FORMAT = "1";

	static final ScriptPosition BEGINNING = new ScriptPosition(0, "-", null);

	ScriptPosition(int done, String hash, @Nullable Doubt doubt) {
		this(done, ScriptHash.of(hash), doubt);
	}

	/**
	 * A statement that may have taken effect.
	 *
	 * @param number its number
	 * @param hash the hash of all statements up to it
	 * @param decidable whether what it leaves tells if it has taken effect
	 * @param again whether it does no harm if it is executed again
	 * @param blind whether each statement after it is in doubt, too
	 * @param shown its beginning, for people
	 */
	public record Doubt(int number, String hash, boolean decidable, boolean again, boolean blind, String shown) {
	}

	/**
	 * Return the position after one more statement.
	 */
	ScriptPosition and(String sql) {
		return new ScriptPosition(this.done + 1, this.statements.and(sql), null);
	}

	String hash() {
		return this.statements.value();
	}

	String write() {
		StringBuilder text = new StringBuilder("format: %s%ndone: %d%nhash: %s".formatted(FORMAT, this.done, hash()));
		if (this.doubt != null) {
			text.append("%nbegun: %d%nhash of begun: %s%ndecidable: %s%nagain: %s%nblind: %s%nstatement: %s".formatted(
					this.doubt.number(), this.doubt.hash(), this.doubt.decidable(), this.doubt.again(),
					this.doubt.blind(), ScriptNotes.ascii(this.doubt.shown().replaceAll("\\R", " "))));
		}
		return text.toString();
	}

	/**
	 * Read what was written.
	 * @return the position, empty if another version has written it in another way
	 */
	static Optional<ScriptPosition> read(String text) {
		Map<String, String> values = new HashMap<>();
		text.lines().forEach((line) -> {
			int colon = line.indexOf(": ");
			if (colon > 0) {
				values.put(line.substring(0, colon), line.substring(colon + 2));
			}
		});
		if (!FORMAT.equals(values.get("format"))) {
			return Optional.empty();
		}
		try {
			Doubt begun = values.containsKey("begun") ? new Doubt(Integer.parseInt(values.get("begun")),
					values.getOrDefault("hash of begun", ""), Boolean.parseBoolean(values.get("decidable")),
					Boolean.parseBoolean(values.get("again")), Boolean.parseBoolean(values.get("blind")),
					ScriptNotes.text(values.getOrDefault("statement", ""))) : null;
			return Optional
				.of(new ScriptPosition(Integer.parseInt(values.get("done")), values.getOrDefault("hash", ""), begun));
		}
		catch (NumberFormatException ex) {
			return Optional.empty();
		}
	}

	/** Return whether anything may have taken effect. */
	public boolean isBegun() {
		return this.done > 0 || this.doubt != null;
	}

	/**
	 * Return whether the statement in doubt, if any, can be decided or executed again.
	 */
	public boolean isDecidable() {
		return this.doubt == null || this.doubt.decidable() || this.doubt.again();
	}

	/**
	 * Return whether a statement that is not certainly done may have taken effect. Those
	 * before the one in doubt may have been committed with it.
	 */
	boolean isInDoubt(int number) {
		return this.doubt != null && (number <= this.doubt.number() || this.doubt.blind());
	}

	/**
	 * Say how far it is, for people.
	 */
	public String describe() {
		String sofar = (this.done == 0) ? "Nothing of it is certainly done"
				: (this.done == 1) ? "Its first statement is done" : "Its first " + this.done + " statements are done";
		if (this.doubt == null) {
			return sofar + ", and none after it has taken effect";
		}
		String doubtful = (this.doubt.number() == this.done + 1) ? "statement %d (%s) is in doubt"
				: "the statements up to %d (%s) are in doubt";
		return "%s, %s, and %s".formatted(sofar, doubtful.formatted(this.doubt.number(), this.doubt.shown()),
				this.doubt.blind() ? "so is each that follows" : "none after it has taken effect");
	}

}
