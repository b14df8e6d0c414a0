package dev.startgate.flyway.resume;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.startgate.coordination.HolderNote;
import dev.startgate.coordination.HolderNotes.Draft;
import dev.startgate.coordination.Lease;
import org.jspecify.annotations.Nullable;

/**
 * The notes of the lock about one script: how far it has come, and how the things that it
 * changes look.
 */
public final class ScriptNotes {

	/** Leaves room for the number of parts. Long names may take most of it. */
	private static final int LONGEST_NOTE = 990;

	private static final Pattern ESCAPED = Pattern.compile("\\\\u(\\p{XDigit}{4})");

	private static final int LONGEST_ITEM = 165;

	private final Lease lease;

	private final String item;

	ScriptNotes(Lease lease, String item) {
		this.lease = lease;
		this.item = item;
	}

	static String looksOf(String item) {
		String begin = (item.length() <= LONGEST_ITEM) ? item
				: item.substring(0, LONGEST_ITEM - 10) + "~" + Integer.toHexString(item.hashCode());
		return begin + " #";
	}

	/**
	 * Return the database user who writes the notes.
	 */
	String user() {
		String[] user = { "" };
		this.lease.sessions().ask((connection) -> user[0] = SessionUser.of(connection));
		return user[0];
	}

	/**
	 * Find the position of a migration.
	 * @param lease the lease
	 * @param item the item of the migration
	 * @param since the earliest generation whose note counts
	 * @return the position, with the replica that wrote it
	 */
	public static Optional<Found> find(Lease lease, String item, long since) {
		return lease.notes()
			.read(HolderNote.Kind.SCRIPT)
			.stream()
			.filter((note) -> note.item().equals(item) && note.generation() >= since)
			.findFirst()
			.flatMap((note) -> ScriptPosition.read(note.detail())
				.map((position) -> new Found(position, note.replica(), false)));
	}

	/**
	 * Return the notes which say that nothing of the migration is done. This forgets how
	 * things looked in an earlier run.
	 */
	List<Draft> beginning(Map<Target, String> looks) {
		forgetLooks(this.lease, List.of(this.item));
		return drafts(looks, ScriptPosition.BEGINNING);
	}

	/**
	 * Write a position again, as one of the present holder.
	 */
	public static void rewrite(Lease lease, String item, Found found) {
		lease.notes().write(HolderNote.Kind.SCRIPT, item, found.position().write());
	}

	void write(List<Draft> drafts) throws SQLException {
		this.lease.notes().write(null, drafts);
	}

	/**
	 * Write a position.
	 * @param joined the connection whose transaction the note joins, {@code null} to
	 * write it at once
	 */
	void write(@Nullable Connection joined, ScriptPosition position) throws SQLException {
		write(joined, Map.of(), position);
	}

	/**
	 * Write how things look, and a position after that.
	 */
	void write(@Nullable Connection joined, Map<Target, String> looks, ScriptPosition position) throws SQLException {
		this.lease.notes().write(joined, drafts(looks, position));
	}

	void commit(Connection joined, Map<Target, String> looks, ScriptPosition position) throws SQLException {
		this.lease.notes().commit(joined, drafts(looks, position));
	}

	private List<Draft> drafts(Map<Target, String> looks, ScriptPosition position) {
		List<Draft> drafts = new ArrayList<>();
		looks.forEach((target, look) -> add(drafts, target, look));
		drafts.add(new Draft(HolderNote.Kind.SCRIPT, this.item, position.write()));
		return drafts;
	}

	private void add(List<Draft> drafts, Target target, String seen) {
		String look = ascii(seen);
		String about = looksOf(this.item) + Integer.toHexString(target.key().hashCode());
		String what = ascii(target.write());
		int length = Math.max(1, LONGEST_NOTE - what.length());
		int parts = look.length() / length + 1;
		for (int part = 0; part < parts; part++) {
			String text = look.substring(part * length, Math.min(look.length(), (part + 1) * length));
			drafts.add(new Draft(HolderNote.Kind.LOOK, about + "." + part, what + "\n" + parts + "\n" + text));
		}
	}

	/**
	 * Write a text so that it comes back from a table or a session of any character set.
	 */
	static String ascii(String text) {
		StringBuilder ascii = new StringBuilder();
		for (char c : text.toCharArray()) {
			ascii.append((c < 0x80 && c != '\\') ? String.valueOf(c) : "\\u%04x".formatted((int) c));
		}
		return ascii.toString();
	}

	static String text(String ascii) {
		return ESCAPED.matcher(ascii)
			.replaceAll(
					(found) -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(found.group(1), 16))));
	}

	/**
	 * Read how everything looked when the position was written.
	 */
	Map<Target, String> looks() {
		Map<String, String> details = new LinkedHashMap<>();
		this.lease.notes()
			.read(HolderNote.Kind.LOOK)
			.stream()
			.filter((note) -> note.item().startsWith(looksOf(this.item)))
			.forEach((note) -> details.put(note.item(), note.detail()));
		Map<Target, String> looks = new LinkedHashMap<>();
		details.forEach((about, detail) -> {
			if (about.endsWith(".0")) {
				String[] first = detail.split("\n", 3);
				StringBuilder look = new StringBuilder(first[2]);
				for (int part = 1; part < Integer.parseInt(first[1]); part++) {
					look.append(Objects
						.requireNonNull(details.get(about.substring(0, about.length() - 1) + part),
								"a part of a look is missing")
						.split("\n", 3)[2]);
				}
				looks.put(Target.read(text(first[0])), text(look.toString()));
			}
		});
		return looks;
	}

	/**
	 * Return the indexes whose looks are noted for a migration, if it has looks of
	 * nothing else but its session.
	 * @param lease the lease
	 * @param item the item of the migration
	 * @return the names, empty if there are none, or looks of something else
	 */
	public static Set<String> indexes(Lease lease, String item) {
		List<Target> targets = lease.notes()
			.read(HolderNote.Kind.LOOK)
			.stream()
			.filter((note) -> note.item().startsWith(looksOf(item)))
			.map((note) -> Target.read(text(note.detail().split("\n", 2)[0])))
			.filter((target) -> !target.isOfSession())
			.toList();
		return targets.stream().allMatch((target) -> target.type().equals(PostgreSqlStatements.INDEX))
				? targets.stream().map(Target::name).collect(Collectors.toSet()) : Set.of();
	}

	/**
	 * Forget what is known of some migrations.
	 */
	public static void forget(Lease lease, Collection<String> items) {
		forgetLooks(lease, items);
		lease.notes()
			.read(HolderNote.Kind.SCRIPT)
			.stream()
			.map(HolderNote::item)
			.filter(items::contains)
			.forEach((item) -> lease.notes().erase(HolderNote.Kind.SCRIPT, item));
	}

	private static void forgetLooks(Lease lease, Collection<String> items) {
		List<String> looks = items.stream().map(ScriptNotes::looksOf).toList();
		lease.notes()
			.read(HolderNote.Kind.LOOK)
			.stream()
			.map(HolderNote::item)
			.filter((about) -> looks.stream().anyMatch(about::startsWith))
			.forEach((about) -> lease.notes().erase(HolderNote.Kind.LOOK, about));
	}

	/**
	 * What was found.
	 *
	 * @param position the position
	 * @param replica the replica that wrote it
	 * @param changed whether the file has been changed since
	 */
	public record Found(ScriptPosition position, String replica, boolean changed) {
	}

}
