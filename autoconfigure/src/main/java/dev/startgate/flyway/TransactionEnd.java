package dev.startgate.flyway;

/**
 * How a transaction ends.
 */
enum TransactionEnd {

	/**
	 * It goes on.
	 */
	NONE,

	/**
	 * It was rolled back before anybody has tried to commit it.
	 */
	ROLLED_BACK,

	/**
	 * It was to be committed, and the answer was an error, or none.
	 */
	COMMIT_FAILED,

	/**
	 * It was committed.
	 */
	COMMITTED;

	/**
	 * Return whether nothing of it is left.
	 * @param failure what has failed
	 */
	boolean isUndone(RuntimeException failure) {
		return switch (this) {
			case NONE, ROLLED_BACK -> true;
			case COMMIT_FAILED -> TransientFailures.isRolledBack(failure);
			case COMMITTED -> false;
		};
	}

}
