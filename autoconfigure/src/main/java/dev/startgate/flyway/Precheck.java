package dev.startgate.flyway;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.startgate.coordination.DatabaseUnreachableException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.resolver.ResolvedMigration;
import org.flywaydb.core.extensibility.AppliedMigration;

/**
 * Decides without a lock whether {@code migrate()} would certainly do nothing and
 * complain about nothing. In every other case it is called, so that Flyway itself
 * decides.
 */
final class Precheck {

	/** In these, Flyway does not compare what was applied with its file. */
	private static final Set<MigrationState> FINAL = EnumSet.of(MigrationState.BASELINE, MigrationState.BELOW_BASELINE,
			MigrationState.BASELINE_IGNORED, MigrationState.ABOVE_TARGET, MigrationState.DELETED,
			MigrationState.UNDONE);

	private Precheck() {
	}

	/**
	 * Return whether there may be work.
	 * @param left decides about migrations that are not done, whether they are left alone
	 */
	static boolean isPending(MigrationInfoService info, Predicate<MigrationInfo> left) {
		MigrationInfo[] all = info.all();
		return all.length == 0
				|| !Arrays.stream(all).allMatch((migration) -> isDone(migration) || left.test(migration));
	}

	/**
	 * Return whether a replica that does not migrate waits for this migration, or reports
	 * it: Flyway's rules for migrations that are missing, ignored or from the future
	 * decide.
	 */
	static boolean isLeftToOthers(MigrationInfo migration, Configuration configuration) {
		MigrationState state = migration.getState();
		if (state == MigrationState.PENDING || state.isFailed()) {
			return state != MigrationState.FUTURE_FAILED || !isFutureIgnored(configuration);
		}
		return configuration.isValidateOnMigrate() && !isDone(migration)
				&& !isIgnored(migration.isVersioned(), state, configuration);
	}

	/**
	 * Return whether Flyway's rules for validation leave out migrations in a state.
	 */
	static boolean isIgnored(boolean versioned, MigrationState state, Configuration configuration) {
		return Arrays.stream(configuration.getIgnoreMigrationPatterns())
			.anyMatch((pattern) -> pattern.matchesMigration(versioned, state));
	}

	/**
	 * {@code migrate()} accepts no other failure, and this one only if nothing of the
	 * future matters.
	 */
	private static boolean isFutureIgnored(Configuration configuration) {
		return isIgnored(true, MigrationState.FUTURE_SUCCESS, configuration)
				&& isIgnored(false, MigrationState.FUTURE_SUCCESS, configuration);
	}

	/**
	 * Say which migrations are not in order.
	 */
	static List<String> unfinished(MigrationInfoService info, Predicate<MigrationInfo> unfinished) {
		return Arrays.stream(info.all())
			.filter(unfinished)
			.map((migration) -> Stream.of((migration.getVersion() != null) ? "V" + migration.getVersion() : "R",
					"'" + migration.getDescription() + "'",
					"(" + (isMatching(migration) ? migration.getState().getDisplayName() : "Applied from another file")
							+ ")")
				.collect(Collectors.joining(" ")))
			.toList();
	}

	/**
	 * Return whether migrations were applied that are newer than those that this
	 * application brings. A history that can't be looked into is not newer.
	 */
	static boolean isSchemaNewer(Flyway application) {
		try {
			return Arrays.stream(Look.with(application).info().all())
				.anyMatch((migration) -> migration.getState() == MigrationState.FUTURE_SUCCESS
						|| migration.getState() == MigrationState.FUTURE_FAILED);
		}
		catch (FlywayException ex) {
			if (DatabaseUnreachableException.isCausing(ex)) {
				throw new DatabaseUnreachableException(ex);
			}
			return false;
		}
	}

	/**
	 * Return whether a migration is pending, or has failed.
	 */
	static boolean isToBeRun(MigrationInfo migration) {
		MigrationState state = migration.getState();
		return state == MigrationState.PENDING || state == MigrationState.OUTDATED || state.isFailed();
	}

	/**
	 * Return whether nothing more happens to a migration. All rows of a repeatable
	 * migration have the file of today, which differs from what the older ones applied.
	 */
	static boolean isDone(MigrationInfo migration) {
		MigrationState state = migration.getState();
		return FINAL.contains(state) || switch (state) {
			case SUCCESS, OUT_OF_ORDER -> migration.getType() == CoreMigrationType.DELETE || isMatching(migration);
			case SUPERSEDED -> isOfSameFile(migration);
			case IGNORED -> migration.getType().isBaseline() || migration.getType().isUndo();
			default -> false;
		};
	}

	/**
	 * The interface offers comparisons too, but knows of no resolved description and
	 * type, so that a renamed migration would match.
	 */
	static boolean isMatching(MigrationInfo migration) {
		return migration.isChecksumMatching() && isOfSameFile(migration);
	}

	private static boolean isOfSameFile(MigrationInfo migration) {
		return FlywayInternals.sides(migration)
			.map((sides) -> isMatching(sides.resolved(), sides.applied()))
			.orElse(true);
	}

	private static boolean isMatching(ResolvedMigration resolved, AppliedMigration applied) {
		return resolved.getType() == applied.getType()
				&& Objects.equals(FlywayInternals.abbreviated(resolved.getDescription()), applied.getDescription());
	}

}
