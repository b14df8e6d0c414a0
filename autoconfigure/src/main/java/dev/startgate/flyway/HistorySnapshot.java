package dev.startgate.flyway;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.startgate.MigrationsCompletedEvent.Applied;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationVersion;
import org.jspecify.annotations.Nullable;

/**
 * The history of a schema at one moment, to be compared with a later one.
 *
 * @param version the version of the schema, {@code null} if there is none
 * @param byRank the applied migrations
 * @param rank the rank of the last row
 */
record HistorySnapshot(@Nullable String version, Map<String, Entry> byRank, int rank) {

	/**
	 * Read the history.
	 * @param info what Flyway says, empty if it can't say anything
	 */
	static HistorySnapshot of(Optional<MigrationInfoService> info) {
		return info.map(HistorySnapshot::of).orElseGet(() -> new HistorySnapshot(null, Map.of(), 0));
	}

	private static HistorySnapshot of(MigrationInfoService info) {
		Map<String, Entry> byRank = new LinkedHashMap<>();
		int last = 0;
		for (MigrationInfo migration : info.applied()) {
			Integer rank = migration.getInstalledRank();
			last = Math.max(last, (rank != null) ? rank : 0);
			if (!migration.getType().isSynthetic()) {
				byRank.put(identity(rank, migration.getInstalledOn()), new Entry(rank, text(migration.getVersion()),
						migration.getDescription(), migration.getInstalledOn(), migration.getExecutionTime()));
			}
		}
		MigrationInfo current = info.current();
		return new HistorySnapshot((current != null) ? text(current.getVersion()) : null, byRank, last);
	}

	/**
	 * Return this history with more applied migrations.
	 */
	HistorySnapshot with(Map<String, Entry> more) {
		Map<String, Entry> all = new LinkedHashMap<>(this.byRank);
		all.putAll(more);
		MigrationVersion highest = MigrationVersion.fromVersion(this.version);
		int last = this.rank;
		for (Entry entry : all.values()) {
			MigrationVersion version = MigrationVersion.fromVersion(entry.version());
			highest = (version.compareTo(highest) > 0) ? version : highest;
			last = Math.max(last, entry.rank());
		}
		return new HistorySnapshot((highest != MigrationVersion.EMPTY) ? highest.toString() : null, all, last);
	}

	/**
	 * Ranks alone do not identify rows: a cleaned schema gets the same ones again later.
	 */
	static String identity(int rank, Date installedOn) {
		return rank + " " + installedOn;
	}

	private static @Nullable String text(@Nullable MigrationVersion version) {
		return (version != null) ? version.toString() : null;
	}

	/**
	 * Return whether a migration ended after a moment, as far as the clock of the
	 * database and that of this replica agree.
	 */
	boolean hasChangedSince(Instant moment) {
		for (Entry entry : this.byRank.values()) {
			if (entry.installedOn().toInstant().plusMillis(entry.milliseconds()).isAfter(moment)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return what was applied since an earlier moment.
	 * @param earlier the earlier moment
	 * @param replica who applied it
	 */
	List<Applied> since(HistorySnapshot earlier, String replica) {
		List<Applied> applied = new ArrayList<>();
		this.byRank.forEach((identity, entry) -> {
			if (!earlier.byRank.containsKey(identity)) {
				applied.add(new Applied(entry.version(), entry.description(), Duration.ofMillis(entry.milliseconds()),
						replica));
			}
		});
		return applied;
	}

	/**
	 * One applied migration.
	 *
	 * @param rank its rank
	 * @param version its version, {@code null} if it is repeatable
	 * @param description its description
	 * @param installedOn when it was recorded
	 * @param milliseconds how long it took
	 */
	record Entry(int rank, @Nullable String version, String description, Date installedOn, int milliseconds) {
	}

}
