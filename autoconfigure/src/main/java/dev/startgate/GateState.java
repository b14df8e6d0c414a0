package dev.startgate;

/**
 * Where one replica's start stands. {@link #OPEN} and {@link #FAILED} are final.
 */
public enum GateState {

	/**
	 * Nothing has been looked at yet.
	 */
	CLOSED,

	/**
	 * The database is being reached, and asked what there is to do.
	 */
	CONNECTING,

	/**
	 * Another replica has the lease; this one goes on when nothing is left to do, or when
	 * it gets the lease itself.
	 */
	WAITING,

	/**
	 * This replica has the lease and does the work.
	 */
	MIGRATING,

	/**
	 * Nothing is left to do in the database; this replica waits until everything derived
	 * from the schema is in step with it.
	 */
	SETTLING,

	/**
	 * Done: schedulers, listeners and traffic may start.
	 */
	OPEN,

	/**
	 * A condition that a person must resolve; it is looked at again.
	 */
	BLOCKED,

	/**
	 * The start has failed.
	 */
	FAILED

}
