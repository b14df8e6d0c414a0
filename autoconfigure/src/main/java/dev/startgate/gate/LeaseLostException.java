package dev.startgate.gate;

import org.jspecify.annotations.Nullable;

/**
 * The lease was lost while work was going on, so that the work was stopped.
 */
public class LeaseLostException extends RuntimeException {

	private final String lockName;

	public LeaseLostException(String lockName, String why, @Nullable Throwable cause) {
		super("Lost the lease on '" + lockName + "': " + why, cause);
		this.lockName = lockName;
	}

	public String getLockName() {
		return this.lockName;
	}

}
