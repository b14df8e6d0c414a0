package dev.startgate.coordination;

/**
 * A failure in code of the application, which may have a database of its own.
 */
public interface ApplicationFailure {

	/**
	 * Return whether the connection to the database of the lock answered after it, so
	 * that its causes say nothing about that one.
	 * @return whether that connection is intact
	 */
	boolean isConnectionIntact();

}
