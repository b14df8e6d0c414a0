package dev.startgate.coordination;

/**
 * A failure in code of the application, which may have a database of its own.
 */
public interface ApplicationFailure {

	/**
	 * Return whether the connection to the database of the lock still answered after this
	 * failure. If so, the causes of the failure say nothing about that database.
	 * @return whether that connection is intact
	 */
	boolean isConnectionIntact();

}
