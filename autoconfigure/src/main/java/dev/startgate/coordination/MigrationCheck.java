package dev.startgate.coordination;

/**
 * Makes sure that the migrations that are there are run.
 */
public interface MigrationCheck {

	/**
	 * Check, once all beans have been created, and report what is missing. A start with a
	 * Flyway that migrates does not look at the database or the class path for this.
	 * @throws RuntimeException if this replica must not start with something missing
	 */
	void check();

}
