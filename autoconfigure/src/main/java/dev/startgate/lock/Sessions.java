package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/**
 * The sessions of a database, and the lock that one of them can have. No method opens a
 * transaction, or waits for others for longer than a second.
 */
interface Sessions {

	/**
	 * Return the session of a connection.
	 * @param connection the connection
	 * @return its session
	 * @throws SQLException if that can't be found out
	 */
	DatabaseSession of(Connection connection) throws SQLException;

	/**
	 * Return the number of the session of a connection. No two sessions have the same
	 * number at the same time.
	 * @param connection the connection
	 * @return the number
	 * @throws SQLException if that can't be found out
	 */
	long number(Connection connection) throws SQLException;

	/**
	 * Return whether a connection still has its session. Some drivers connect again by
	 * themselves, behind the same connection.
	 * @param connection the connection
	 * @param session the session that it had
	 * @return whether it has that session
	 * @throws SQLException if that can't be found out
	 */
	default boolean isStill(Connection connection, DatabaseSession session) throws SQLException {
		return true;
	}

	/**
	 * Try to get a lock that a session keeps until it ends. A session that got the lock
	 * several times must give it up as often.
	 * @param connection the connection of the session
	 * @param name the name of the lock
	 * @return whether the session has it
	 * @throws SQLException if that can't be found out
	 */
	boolean tryLock(Connection connection, String name) throws SQLException;

	/**
	 * Return whether others see the number of a session at a lock that it has. A pooler
	 * may answer with a number of its own.
	 * @param connection the connection of the session
	 * @param name the name of the lock
	 * @return {@code false} if the number is that of another session
	 * @throws SQLException if that can't be found out
	 */
	default boolean isSeen(Connection connection, String name) throws SQLException {
		return true;
	}

	/**
	 * Give up that lock.
	 * @param connection the connection of the session
	 * @param name the name of the lock
	 * @throws SQLException if that fails
	 */
	void unlock(Connection connection, String name) throws SQLException;

	/**
	 * Return which sessions are still there.
	 * @param connection a connection
	 * @param sessions the sessions to look for
	 * @param lock the name of a lock whose owner is to be looked for too
	 * @return those of them that are there, and the owner of the lock, on the server that
	 * was asked
	 * @throws SQLException if that can't be found out
	 */
	LiveSessions alive(Connection connection, Collection<DatabaseSession> sessions, String lock) throws SQLException;

	/**
	 * End a session, whatever it is doing, unless another session has its number now.
	 * @param connection another connection
	 * @param session the session
	 * @throws SQLException if it can't be ended
	 */
	void end(Connection connection, DatabaseSession session) throws SQLException;

	/**
	 * Return which sessions block the given sessions, if the database tells.
	 * @param connection a connection
	 * @param sessions the sessions that may have to wait
	 * @return a description of each blocking session, and how a person can end it
	 * @throws SQLException if that can't be found out
	 */
	default List<String> blocking(Connection connection, Collection<DatabaseSession> sessions) throws SQLException {
		return List.of();
	}

	/**
	 * Return the statement with which a person can end a session.
	 * @param sessionId the number of the session
	 * @return a statement
	 */
	String endStatement(long sessionId);

	/**
	 * Mark a session that is about to work, so that others see that it is there. The
	 * database then also checks whether its client is still there, as far as it can.
	 * @param connection the connection of the session
	 * @param session the session
	 * @throws SQLException if the connection fails
	 */
	void mark(Connection connection, DatabaseSession session) throws SQLException;

	/**
	 * Undo {@link #mark}.
	 * @param connection the connection of the session
	 * @param session the session
	 * @throws SQLException if the connection fails, so that nobody knows whether the
	 * session is still at work
	 */
	void unmark(Connection connection, DatabaseSession session) throws SQLException;

}
