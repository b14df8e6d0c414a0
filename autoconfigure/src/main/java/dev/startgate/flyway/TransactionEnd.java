package dev.startgate.flyway;

/**
 * How a transaction ends.
 */
enum TransactionEnd {

	/**
	 * The transaction goes on.
	 */
	NONE,

	/**
	 * It was rolled back before any attempt to commit it.
	 */
	ROLLED_BACK,

	/**
	 * A commit was tried, and it failed or gave no answer.
	 */
	COMMIT_FAILED,

	/**
	 * It was committed.
	 */
	COMMITTED;

	/**
	 * Return whether nothing of the transaction is left.
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
