package dev.startgate.flyway;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.Configuration;

/**
 * Decides without a lock whether {@code migrate()} would certainly do nothing and
 * complain about nothing. In every other case it is called, so that Flyway itself
 * decides.
 */
final class Precheck {

	private static final Set<MigrationState> FINAL = EnumSet.of(MigrationState.SUCCESS, MigrationState.BASELINE,
			MigrationState.BELOW_BASELINE, MigrationState.BASELINE_IGNORED, MigrationState.ABOVE_TARGET,
			MigrationState.OUT_OF_ORDER, MigrationState.SUPERSEDED);

	private Precheck() {
	}

	static boolean isPending(Configuration configuration, MigrationInfoService info) {
		MigrationInfo[] all = info.all();
		return all.length == 0 || !Arrays.stream(all).allMatch(Precheck::isDone)
				|| MigrateCallbacks.areThere(configuration);
	}

	private static boolean isDone(MigrationInfo migration) {
		return FINAL.contains(migration.getState()) && migration.isChecksumMatching()
				&& migration.isDescriptionMatching() && migration.isTypeMatching();
	}

}
