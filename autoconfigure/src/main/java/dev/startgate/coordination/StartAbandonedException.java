package dev.startgate.coordination;

/**
 * The process was asked to end before its start was done.
 */
public class StartAbandonedException extends RuntimeException {

	public StartAbandonedException(String what, Throwable cause) {
		super("Asked to stop while " + what, cause);
	}

}
