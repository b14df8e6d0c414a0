package dev.startgate.flyway;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
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
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.resolver.ResolvedMigration;
import org.flywaydb.core.extensibility.AppliedMigration;

/**
 * Decides without a lock whether {@code migrate()} would certainly do nothing and
 * complain about nothing. In every other case {@code migrate()} is called, so that Flyway
 * itself decides.
 */
final class Precheck {

	/** In these states, Flyway does not compare an applied migration with its file. */
	private static final Set<MigrationState> FINAL = EnumSet.of(MigrationState.BASELINE, MigrationState.BELOW_BASELINE,
			MigrationState.BASELINE_IGNORED, MigrationState.ABOVE_TARGET, MigrationState.DELETED,
			MigrationState.UNDONE);

	private Precheck() {
	}

	/**
	 * Return whether there may be work.
	 * @param left tells whether a migration that is not done is left as it is
	 */
	static boolean isPending(MigrationInfoService info, Predicate<MigrationInfo> left) {
		MigrationInfo[] all = info.all();
		return all.length == 0
				|| !Arrays.stream(all).allMatch((migration) -> isDone(migration) || left.test(migration));
	}

	/**
	 * Return whether a replica that does not migrate waits for this migration or reports
	 * it. Flyway's rules for missing, ignored and future migrations decide.
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
	 * Return whether all future migrations are ignored. Only then does {@code migrate()}
	 * accept that one of them has failed. It accepts no other failure.
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
	 * Return whether the schema has migrations that are newer than those of this
	 * application. A history that can't be read does not count as newer.
	 */
	static boolean isSchemaNewer(Flyway application) {
		try {
			return newer(Look.with(application).info().all()).isPresent();
		}
		catch (FlywayException ex) {
			DatabaseUnreachableException.throwIfCausing(ex);
			return false;
		}
	}

	/**
	 * Return the newest applied version that is above those of this application. Flyway
	 * counts an equal one as future, such as the last of those that a baseline file
	 * replaces.
	 */
	static Optional<MigrationVersion> newer(MigrationInfo[] all) {
		MigrationVersion own = Arrays.stream(all)
			.filter((migration) -> FlywayInternals.isResolved(migration) && migration.getVersion() != null)
			.map(MigrationInfo::getVersion)
			.max(MigrationVersion::compareTo)
			.orElse(MigrationVersion.EMPTY);
		return Arrays.stream(all)
			.filter((migration) -> migration.getState() == MigrationState.FUTURE_SUCCESS
					|| migration.getState() == MigrationState.FUTURE_FAILED)
			.map(MigrationInfo::getVersion)
			.filter((version) -> version.compareTo(own) > 0)
			.max(MigrationVersion::compareTo);
	}

	/**
	 * Return whether a migration is pending, or has failed.
	 */
	static boolean isToBeRun(MigrationInfo migration) {
		MigrationState state = migration.getState();
		return state == MigrationState.PENDING || state == MigrationState.OUTDATED || state.isFailed();
	}

	/**
	 * Return whether nothing more happens to a migration. The checksum of a superseded
	 * row is not compared: each row of a repeatable migration comes with the present
	 * file.
	 */
	static boolean isDone(MigrationInfo migration) {
		MigrationState state = migration.getState();
		return FINAL.contains(state) || switch (state) {
			case SUCCESS, OUT_OF_ORDER -> migration.getType() == CoreMigrationType.DELETE || isMatching(migration);
			case SUPERSEDED -> isOfSameFile(migration);
			case IGNORED -> migration.getType().isBaseline() || migration.getType().isUndo()
					|| FlywayInternals.isLeftOut(migration);
			default -> false;
		};
	}

	/**
	 * Return whether an applied migration matches its file. The interface offers
	 * comparisons too, but it does not know the description and type of the file, so that
	 * a renamed migration would match.
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
