package dev.startgate.flyway;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.startgate.coordination.HolderNote;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.ProtectedSchema;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.configuration.Configuration;

/**
 * A schema history, by the name under which its migrations are noted.
 *
 * @param name the name of its table, qualified as far as it is configured
 * @param label what is put before its migrations, for people
 */
record NoteKeys(String name, String label) {

	private static final int LONGEST_ITEM = 190;

	static NoteKeys of(Configuration configuration) {
		return of(configuration, configuration.getTable());
	}

	/**
	 * Return the history in another table of the same schema.
	 */
	static NoteKeys of(Configuration configuration, String table) {
		ProtectedSchema target = FlywayTarget.of(configuration);
		return new NoteKeys((target.schema() != null) ? target.schema() + "." + table : table, "");
	}

	/**
	 * Return the history of a Flyway, with its label.
	 */
	static NoteKeys of(Configuration configuration, FlywayName name) {
		return new NoteKeys(of(configuration).name(), name.owner());
	}

	/**
	 * Return the item of a note about a migration.
	 */
	String item(MigrationInfo migration) {
		String which = (migration.getVersion() != null) ? "V" + migration.getVersion()
				: "R " + migration.getDescription();
		return fitting(this.name + " " + which);
	}

	/**
	 * Return the item of a record about all repeatable migrations.
	 */
	String repeatables() {
		return fitting("repeatables " + this.name);
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
			.filter((note) -> note.item().startsWith(this.name + " "))
			.map((note) -> new NotedMigration(note, MigrationDetail.read(note.detail()), this.label))
			.toList();
	}

	/**
	 * Erase all notes of this history, because the schema was cleaned.
	 */
	void forget(Lease lease) {
		for (HolderNote.Kind kind : HolderNote.Kind.values()) {
			in(lease.notes().read(kind)).forEach((one) -> lease.notes().erase(kind, one.note().item()));
		}
	}

	/**
	 * Return the entries for a noted migration: one for each time that it was applied,
	 * and one more if it is still to be applied.
	 */
	Stream<MigrationInfo> find(NotedMigration noted, MigrationInfo[] all) {
		return Stream.of(all).filter((migration) -> item(migration).equals(noted.note().item()));
	}

}
