package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * How a database tells sessions of the release of a lock, without being asked.
 */
interface ReleaseChannel {

	/**
	 * Let a session hear of releases from now on.
	 * @param connection the connection of the session
	 * @throws SQLException if the connection fails
	 */
	void listen(Connection connection) throws SQLException;

	/**
	 * Let a session hear no more.
	 * @param connection the connection of the session
	 * @throws SQLException if the connection fails
	 */
	void unlisten(Connection connection) throws SQLException;

	/**
	 * Return whether a session has heard of a release. Nothing is sent to the database.
	 * @param connection the connection of the session
	 * @param lock the name of the lock
	 * @return whether the lock was released since the last call
	 * @throws SQLException if the connection fails
	 */
	boolean hasHeard(Connection connection, String lock) throws SQLException;

	/**
	 * Tell all sessions that listen.
	 * @param connection a connection
	 * @param lock the name of the lock that was released
	 * @throws SQLException if the connection fails
	 */
	void tell(Connection connection, String lock) throws SQLException;

}
