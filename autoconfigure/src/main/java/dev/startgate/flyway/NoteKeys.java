package dev.startgate.flyway;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.startgate.coordination.HolderNote;
import dev.startgate.coordination.Lease;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * A schema history, by the name under which its migrations are noted.
 *
 * @param schema the configured schema, {@code null} for the current one of a connection
 * @param table the name of its table
 * @param label what is put before its migrations, for people
 */
record NoteKeys(@Nullable String schema, String table, String label) {

	private static final int LONGEST_ITEM = 190;

	private static final int LONGEST_ADOPTED = 150;

	static NoteKeys of(Configuration configuration) {
		return of(configuration, configuration.getTable());
	}

	/**
	 * Return the history in another table of the same schema.
	 */
	static NoteKeys of(Configuration configuration, String table) {
		return new NoteKeys(FlywayTarget.of(configuration).schema(), table, "");
	}

	/**
	 * Return the history of a Flyway, with its label.
	 */
	static NoteKeys of(Configuration configuration, FlywayName name) {
		return new NoteKeys(of(configuration).schema(), configuration.getTable(), name.owner());
	}

	/**
	 * Return the name of the table, qualified as far as it is configured.
	 */
	private String name() {
		return (this.schema != null) ? this.schema + "." + this.table : this.table;
	}

	/**
	 * Return the item of a note about a migration.
	 */
	String item(MigrationInfo migration) {
		String which = (migration.getVersion() != null) ? "V" + migration.getVersion()
				: "R " + migration.getDescription();
		return fitting(name() + " " + which);
	}

	/**
	 * Return the item of a record about all repeatable migrations.
	 */
	String repeatables() {
		return fitting("repeatables " + name());
	}

	/**
	 * Return the items whose migrations are done. A repeatable migration is not done if
	 * only an earlier content of its file was applied.
	 */
	List<String> done(List<String> items, MigrationInfo[] all) {
		Set<String> left = Stream.of(all).filter((entry) -> !isDone(entry)).map(this::item).collect(Collectors.toSet());
		Set<String> done = Stream.of(all).filter(NoteKeys::isDone).map(this::item).collect(Collectors.toSet());
		return items.stream().filter((item) -> done.contains(item) && !left.contains(item)).toList();
	}

	/**
	 * Return the entry of the last time that a migration was applied.
	 */
	Optional<MigrationInfo> lastApplied(String item, MigrationInfo[] all) {
		return Stream.of(all)
			.filter((entry) -> isDone(entry) && item(entry).equals(item))
			.max(Comparator.comparing(MigrationInfo::getInstalledRank));
	}

	/**
	 * Return whether a repeatable migration is done for this replica although a newer
	 * content has failed: what was applied last is the content that this replica brings.
	 */
	boolean isDoneHere(MigrationInfo failed, MigrationInfo[] all) {
		return failed.getVersion() == null
				&& lastApplied(item(failed), all).filter(MigrationInfo::isChecksumMatching).isPresent();
	}

	private static boolean isDone(MigrationInfo entry) {
		return entry.getState().isApplied() && !entry.getState().isFailed();
	}

	private static String fitting(String item) {
		if (item.length() <= LONGEST_ITEM) {
			return item;
		}
		String hash = "~" + Integer.toHexString(item.hashCode());
		return item.substring(0, LONGEST_ITEM - hash.length()) + hash;
	}

	/**
	 * Return the notes that are about migrations of this history.
	 */
	List<NotedMigration> in(List<HolderNote> notes) {
		return notes.stream()
			.filter((note) -> note.item().startsWith(name() + " "))
			.map((note) -> new NotedMigration(note, MigrationDetail.read(note.detail()), this.label))
			.toList();
	}

	/**
	 * Read all notes, and take over those of replicas that leave out the schema although
	 * it is configured here, or the other way round. If both have written a note, the
	 * later one counts.
	 * @param renamed receives the former item and the item of each note that is taken
	 * over
	 * @return the notes, as they are now
	 */
	List<HolderNote> adopt(Lease lease, BiConsumer<String, String> renamed) {
		List<HolderNote> notes = lease.notes().read(HolderNote.Kind.values());
		String own = name() + " ";
		String other = otherName(lease.lockedSchema()) + " ";
		Map<HolderNote, String> items = new LinkedHashMap<>();
		for (HolderNote note : notes.stream().filter((one) -> isNamedBy(other, one)).toList()) {
			String item = own + note.item().substring(other.length());
			if (notes.stream()
				.anyMatch((one) -> one.kind() == note.kind() && one.item().equals(item)
						&& one.generation() > note.generation())) {
				lease.notes().erase(note.kind(), note.item());
			}
			else if (!item.equals(note.item())) {
				items.put(note, item);
			}
		}
		if (items.isEmpty()) {
			return notes;
		}
		lease.notes().rename(items);
		items.forEach((note, item) -> renamed.accept(note.item(), item));
		return lease.notes().read(HolderNote.Kind.values());
	}

	/**
	 * Return the name that another replica may give this table. A lock that the
	 * application names may be that of several schemas. Then a note without a schema does
	 * not tell which one it is about.
	 */
	private String otherName(@Nullable String locked) {
		if (locked == null) {
			return name();
		}
		if (this.schema == null) {
			return locked + "." + this.table;
		}
		return this.schema.equals(locked) ? this.table : name();
	}

	/** A longer item may be cut. It does not tell how it would be called otherwise. */
	private static boolean isNamedBy(String name, HolderNote note) {
		int end = (note.kind() == HolderNote.Kind.LOOK) ? note.item().lastIndexOf(" ") : note.item().length();
		return note.item().startsWith(name) && end <= LONGEST_ADOPTED;
	}

	/**
	 * Return whether two items may be about the same migration, one of them without the
	 * schema.
	 */
	static boolean areAlike(String item, String other) {
		return item.equals(other) || item.endsWith("." + other) || other.endsWith("." + item);
	}

	/**
	 * Erase all notes of this history, because the schema was cleaned.
	 */
	void forget(Lease lease) {
		in(adopt(lease, (item, own) -> {
		})).forEach((one) -> lease.notes().erase(one.note().kind(), one.note().item()));
	}

	/**
	 * Return the entries for a noted migration: one for each time that it was applied,
	 * and one more if it is still to be applied.
	 */
	Stream<MigrationInfo> find(NotedMigration noted, MigrationInfo[] all) {
		return Stream.of(all).filter((migration) -> item(migration).equals(noted.note().item()));
	}

}
