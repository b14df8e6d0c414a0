package dev.startgate.chaos;

/**
 * What can happen to a replica, to its connections or to the database.
 */
enum FaultKind {

	KILL, STOP_LONG, CUT, RESTART_FAST, BLACK_HOLE, TERM, STOP_SHORT, RESTART_IMMEDIATE, REFUSE, DELAY, BLOCK,
	END_SESSION;

	static final int DEFAULT_LEASE = 20;

	private static final int SHORTEST_LEASE = 3;

	/**
	 * Return the lease for this fault, in seconds. It is short if the fault is to outlast
	 * it, and the default one if no replica should have to wait for the end of the lease.
	 */
	int lease() {
		return switch (this) {
			case KILL, TERM, CUT, STOP_SHORT, BLOCK, END_SESSION -> DEFAULT_LEASE;
			case STOP_LONG, BLACK_HOLE, REFUSE, DELAY, RESTART_FAST, RESTART_IMMEDIATE -> SHORTEST_LEASE;
		};
	}

	/**
	 * Return how long it lasts.
	 */
	long millis() {
		return switch (this) {
			case STOP_SHORT -> 1000;
			case STOP_LONG -> 5000;
			case BLACK_HOLE -> 5000;
			case REFUSE, BLOCK -> 4000;
			case DELAY -> 3000;
			case KILL, TERM, CUT, END_SESSION, RESTART_FAST, RESTART_IMMEDIATE -> 0;
		};
	}

}
