package dev.startgate.flyway;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.migration.JavaMigration;
import org.flywaydb.core.api.resolver.MigrationResolver;

/**
 * Lets Flyway create its history table, and the schemas, before any table of ours is
 * there: {@code migrate()} refuses a schema that has tables but no history. A baseline
 * that the application asks for is made here, as Flyway would.
 */
final class HistoryBootstrap {

	private HistoryBootstrap() {
	}

	static void run(Configuration application) {
		FluentConfiguration nothingToApply = new FluentConfiguration(application.getClassLoader())
			.configuration(application)
			.locations(new String[0])
			.failOnMissingLocations(false)
			.javaMigrations(new JavaMigration[0])
			.resolvers(new MigrationResolver[0])
			.callbacks(new Callback[0])
			.skipDefaultCallbacks(true)
			.target(MigrationVersion.LATEST)
			.outOfOrder(false)
			.validateOnMigrate(false)
			.lockRetryCount(-1);
		new Flyway(nothingToApply).migrate();
	}

}
