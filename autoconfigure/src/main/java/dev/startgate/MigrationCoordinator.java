package dev.startgate;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;

/**
 * Migrates with Flyway objects that are not beans, for example in a loop over tenants,
 * with the same lock and the same waiting as the Flyway beans, in the database of the
 * given object. May be used during the start and at any time after it.
 */
public interface MigrationCoordinator {

	/**
	 * Migrate on one replica while the others wait.
	 * @param flyway the Flyway to migrate with
	 * @return Flyway's result; with no migration executed if there was nothing to do, or
	 * another replica did it
	 * @throws org.flywaydb.core.api.FlywayException if the migration fails
	 */
	MigrateResult migrate(Flyway flyway);

}
