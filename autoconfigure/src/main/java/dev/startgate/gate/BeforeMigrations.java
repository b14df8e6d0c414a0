package dev.startgate.gate;

/**
 * What has to be done in the critical section of the migrations, before them.
 */
@FunctionalInterface
public interface BeforeMigrations {

	/**
	 * Return the work that belongs to a schema.
	 * @param target the schema that is about to be migrated
	 * @return the work, which may be nothing
	 */
	Work of(LockTarget target);

}
