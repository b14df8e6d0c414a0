package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * How sessions that wait learn of the release of a lock without looking again and again.
 */
interface ReleaseChannel {

	/**
	 * Let a session hear of the release by a holder.
	 * @param connection the connection of the waiting session
	 * @param seen the holder, and its sessions
	 * @param lock the name of the lock that the session of the holder's lease has
	 * @return whether {@link #await} can wait for it
	 * @throws SQLException if the connection fails
	 */
	boolean listen(Connection connection, LockObservation seen, String lock) throws SQLException;

	/**
	 * Stop listening for releases in a session.
	 * @param connection the connection of the session
	 * @throws SQLException if the connection fails
	 */
	void unlisten(Connection connection) throws SQLException;

	/**
	 * Wait until the holder has released the lock.
	 * @param connection the connection of the session
	 * @param lock the name of the lock
	 * @param atMost how long to wait, which may take up to a second longer
	 * @return whether the lock seems to be released
	 * @throws SQLException if the connection fails
	 */
	boolean await(Connection connection, String lock, Duration atMost) throws SQLException;

	/**
	 * Tell all waiting sessions that the lock was released.
	 * @param connection a connection
	 * @param lock the name of the lock that was released
	 * @throws SQLException if the connection fails
	 */
	void tell(Connection connection, String lock) throws SQLException;

}
