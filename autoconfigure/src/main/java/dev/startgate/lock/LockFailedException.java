package dev.startgate.lock;

/**
 * The database refused a statement of the lock itself.
 */
public class LockFailedException extends RuntimeException {

	LockFailedException(String what, Throwable cause) {
		super("Could not " + what + ": " + SqlFailures.answer(cause), cause);
	}

}
