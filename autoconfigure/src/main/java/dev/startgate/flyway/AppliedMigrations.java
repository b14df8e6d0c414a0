package dev.startgate.flyway;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.startgate.MigrationsCompletedEvent.Applied;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.jspecify.annotations.Nullable;

/**
 * The history of a schema at one moment, to be compared with a later one.
 *
 * @param version the version of the schema, {@code null} if there is none
 * @param byRank the applied migrations
 * @param rank the rank of the last row
 */
record AppliedMigrations(@Nullable String version, Map<String, MigrationInfo> byRank, int rank) {

	/**
	 * Read the history.
	 * @param info what Flyway says, empty if it can't say anything
	 */
	static AppliedMigrations of(Optional<MigrationInfoService> info) {
		return info.map(AppliedMigrations::of).orElseGet(() -> new AppliedMigrations(null, Map.of(), 0));
	}

	private static AppliedMigrations of(MigrationInfoService info) {
		Map<String, MigrationInfo> byRank = new LinkedHashMap<>();
		Arrays.stream(info.applied())
			.filter((migration) -> !migration.getType().isSynthetic())
			.forEach((migration) -> byRank.put(identity(migration), migration));
		MigrationInfo current = info.current();
		return new AppliedMigrations(
				(current != null && current.getVersion() != null) ? current.getVersion().toString() : null, byRank,
				Arrays.stream(info.applied()).mapToInt(AppliedMigrations::rank).max().orElse(0));
	}

	/**
	 * A cleaned and migrated schema has the same ranks again, at other times.
	 */
	private static String identity(MigrationInfo migration) {
		return migration.getInstalledRank() + " " + migration.getInstalledOn();
	}

	private static int rank(MigrationInfo migration) {
		return (migration.getInstalledRank() != null) ? migration.getInstalledRank() : 0;
	}

	/**
	 * Return whether a migration ended after a moment, as far as the clock of the
	 * database and that of this replica agree.
	 */
	boolean hasChangedSince(Instant moment) {
		return this.byRank.values()
			.stream()
			.filter((migration) -> migration.getInstalledOn() != null)
			.anyMatch((migration) -> migration.getInstalledOn()
				.toInstant()
				.plusMillis(migration.getExecutionTime())
				.isAfter(moment));
	}

	/**
	 * Return what was applied since an earlier moment.
	 * @param earlier the earlier moment
	 * @param replica who applied it
	 */
	List<Applied> since(AppliedMigrations earlier, String replica) {
		return this.byRank.entrySet()
			.stream()
			.filter((entry) -> !earlier.byRank.containsKey(entry.getKey()))
			.map((entry) -> toApplied(entry.getValue(), replica))
			.toList();
	}

	private static Applied toApplied(MigrationInfo migration, String replica) {
		String version = (migration.getVersion() != null) ? migration.getVersion().toString() : null;
		return new Applied(version, migration.getDescription(), Duration.ofMillis(migration.getExecutionTime()),
				replica);
	}

}
