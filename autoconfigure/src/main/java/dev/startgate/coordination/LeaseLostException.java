package dev.startgate.coordination;

/**
 * The lease was lost while work was going on, so that the work was stopped.
 */
public class LeaseLostException extends RuntimeException {

	private final boolean unreachable;

	/**
	 * Create a new exception.
	 * @param lockName the name of the lock
	 * @param why why the lease is lost
	 * @param unreachable whether that is because the database could not be reached
	 */
	public LeaseLostException(String lockName, String why, boolean unreachable) {
		super("Lost the lease on '" + lockName + "': " + why);
		this.unreachable = unreachable;
	}

	boolean isUnreachable() {
		return this.unreachable;
	}

}
