package dev.startgate.flyway;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;
import org.jspecify.annotations.Nullable;

/**
 * The result of a {@code migrate()} that had nothing to do.
 */
final class NothingMigrated {

	private NothingMigrated() {
	}

	static MigrateResult result(Flyway flyway, @Nullable String version) {
		MigrateResult result = new MigrateResult(Flyway.class.getPackage().getImplementationVersion(), null,
				flyway.getConfiguration().getDefaultSchema(), null);
		result.initialSchemaVersion = version;
		result.targetSchemaVersion = version;
		return result;
	}

}
