package dev.startgate.gate;

/**
 * What is counted during a start.
 */
public enum StartCounter {

	/**
	 * This replica has applied a migration.
	 */
	MIGRATION_APPLIED,

	/**
	 * A migration in chunks has changed a row and committed that.
	 */
	ROW_CHANGED,

	/**
	 * The lease of this replica was renewed.
	 */
	LEASE_RENEWED,

	/**
	 * An attempt to renew the lease has failed; it is made again.
	 */
	RENEWAL_FAILED,

	/**
	 * The lease was lost while this replica had it.
	 */
	LEASE_LOST,

	/**
	 * This replica got the lock from another one that had not released it.
	 */
	TAKEN_OVER,

	/**
	 * An attempt was made again because the database could not be reached.
	 */
	DATABASE_UNREACHABLE,

	/**
	 * The work was looked at again because the connection broke in the middle of it.
	 */
	CONNECTION_LOST,

	/**
	 * The work was tried again after a transient failure.
	 */
	TRANSIENT_FAILURE,

	/**
	 * A statement did not get its strong lock in time, and stepped back.
	 */
	LOCK_MISSED,

	/**
	 * A millisecond has passed before something was tried again.
	 */
	MILLISECOND_PAUSED

}
