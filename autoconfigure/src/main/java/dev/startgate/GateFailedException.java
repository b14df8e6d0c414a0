package dev.startgate;

import org.jspecify.annotations.Nullable;

/**
 * The gate will never open, because the start has failed.
 */
public class GateFailedException extends RuntimeException {

	/**
	 * Create a new exception.
	 * @param message what failed
	 * @param cause the failure
	 */
	public GateFailedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
