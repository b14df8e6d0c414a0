package dev.startgate.autoconfigure;

/**
 * What a replica does about migrations.
 */
public enum Mode {

	/**
	 * Migrate, if no other replica does.
	 */
	MIGRATE,

	/**
	 * Wait until others have migrated.
	 */
	WAIT,

	/**
	 * Look once, and fail the start if anything is pending.
	 */
	VERIFY,

	/**
	 * Migrate, if no other replica does, and end.
	 */
	MIGRATE_AND_EXIT,

	/**
	 * Run the pending migrations of a PostgreSQL in one transaction, roll it back, and
	 * end.
	 */
	REHEARSE;

	/**
	 * Return whether a replica migrates if no other one does.
	 * @return whether it migrates
	 */
	boolean migrates() {
		return this == MIGRATE || this == MIGRATE_AND_EXIT;
	}

	/**
	 * Return whether a replica ends when it is done.
	 * @return whether it ends
	 */
	boolean exits() {
		return this == MIGRATE_AND_EXIT || this == REHEARSE;
	}

}
