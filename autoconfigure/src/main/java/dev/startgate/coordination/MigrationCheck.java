package dev.startgate.coordination;

/**
 * Makes sure that somebody runs the migrations that are there.
 */
public interface MigrationCheck {

	/**
	 * Look, once all beans have been created, and say what is missing. A start with a
	 * Flyway that migrates pays for no look at the database or the class path.
	 * @throws RuntimeException if this replica must not start without
	 */
	void check();

}
