package dev.startgate.flyway;

import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Set;

import dev.startgate.coordination.DatabaseUnreachableException;
import dev.startgate.flyway.FlywayLog.Quiet;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.ClassicConfiguration;
import org.flywaydb.core.api.migration.JavaMigration;
import org.flywaydb.core.api.resolver.MigrationResolver;

/**
 * Lets Flyway create its history table, and the schemas, before any table of ours exists,
 * because {@code migrate()} refuses a schema that has tables but no history. A baseline
 * that the application asks for by a property is made here, as Flyway would make it. The
 * callbacks for these steps are called.
 */
final class HistoryBootstrap implements Runnable {

	private static final Set<Event> EVENTS = EnumSet.of(Event.BEFORE_BASELINE, Event.AFTER_BASELINE,
			Event.AFTER_BASELINE_ERROR);

	private final Configuration application;

	private final boolean mayBaseline;

	private final Runnable awaitForeignLock;

	private boolean ran;

	/**
	 * Create the object.
	 * @param application the application's configuration
	 * @param mayBaseline whether code of the application that runs under the lock may
	 * make a baseline
	 * @param awaitForeignLock waits until nobody has Flyway's own lock
	 */
	HistoryBootstrap(Configuration application, boolean mayBaseline, Runnable awaitForeignLock) {
		this.application = application;
		this.mayBaseline = mayBaseline;
		this.awaitForeignLock = awaitForeignLock;
	}

	/**
	 * Return whether the callbacks before the creation of schemas were called already.
	 */
	boolean hasRun() {
		return this.ran;
	}

	@Override
	public void run() {
		this.awaitForeignLock.run();
		Flyway flyway = MigrateCallbacks.copy(this.application);
		ClassicConfiguration nothingToApply = MigrateCallbacks.configuration(flyway);
		MigrateCallbacks.restrict(nothingToApply, this.application, (event) -> EVENTS.contains(event)
				|| MigrateCallbacks.CONNECT.contains(event) || MigrateCallbacks.CREATE_SCHEMA.contains(event));
		nothingToApply.setResourceProvider((nothingToApply.getResourceProvider() instanceof AllowedScripts scripts)
				? scripts.withoutMigrations() : null);
		nothingToApply.setJavaMigrationClassProvider(null);
		nothingToApply.setLocations(new Location[0]);
		nothingToApply.setFailOnMissingLocations(false);
		nothingToApply.setJavaMigrations(new JavaMigration[0]);
		nothingToApply.setResolvers(new MigrationResolver[0]);
		nothingToApply.setTarget(MigrationVersion.LATEST);
		nothingToApply.setOutOfOrder(false);
		nothingToApply.setValidateOnMigrate(false);
		nothingToApply.setLockRetryCount(-1);
		if (this.mayBaseline) {
			nothingToApply.setBaselineOnMigrate(false);
		}
		try {
			FlywayLog.with(nothingToApply, Quiet.WORK, () -> FlywayInternals.call(() -> createIfMissing(flyway)));
		}
		catch (FlywayException ex) {
			throw DatabaseUnreachableException.isCausing(ex) ? new DatabaseUnreachableException(ex) : ex;
		}
	}

	private boolean createIfMissing(Flyway flyway) {
		// a schema migrated without Startgate has a history, and this Flyway would miss
		// all its files
		boolean missing = flyway.info().applied().length == 0;
		if (missing) {
			this.ran = true;
			ensureSchema(flyway.getConfiguration());
			create(flyway);
		}
		return missing;
	}

	/**
	 * Fail at once if the schema is missing and Flyway is not to create it. Flyway itself
	 * would try for ten seconds to create its history there.
	 */
	private static void ensureSchema(Configuration configuration) {
		String missing = configuration.isCreateSchemas() ? null : FlywayInternals.missingSchema(configuration);
		if (missing != null) {
			throw FlywayInternals.databaseFailure("Unable to create the history", new SQLException(
					"schema %s does not exist, and Flyway is not to create it".formatted(missing), "3F000"));
		}
	}

	/**
	 * A schema that has tables needs a baseline in any case, so ours do no harm there.
	 */
	private void create(Flyway flyway) {
		try {
			flyway.migrate();
		}
		catch (FlywayException ex) {
			if (!this.mayBaseline || ex.getErrorCode() != CoreErrorCode.NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE) {
				throw ex;
			}
		}
	}

}
