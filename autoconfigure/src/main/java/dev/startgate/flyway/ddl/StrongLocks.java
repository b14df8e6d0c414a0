package dev.startgate.flyway.ddl;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import dev.startgate.flyway.resume.Token;
import org.jspecify.annotations.Nullable;

/**
 * Strong locks on tables, which databases handle in different ways.
 */
interface StrongLocks {

	List<Token> scan(String sql);

	/**
	 * Return whether a statement takes a strong lock on a table that others may use, and
	 * leaves nothing behind if it does not get it.
	 */
	boolean areTakenBy(String sql, List<Token> tokens);

	/**
	 * Return whether a rollback takes back all that the scanned statements have done.
	 */
	default boolean isRepeatable() {
		return true;
	}

	/**
	 * Return the number of the session.
	 */
	long session(Connection connection) throws SQLException;

	/**
	 * Limit how long the next statement, and only that, waits for a lock.
	 * @param connection the connection of the statement
	 * @param most the limit
	 */
	LockAttempt attempt(Connection connection, Duration most) throws SQLException;

	/**
	 * Return whether a session has strong locks on tables that others may use.
	 * @param asking another connection
	 * @param session the session
	 */
	boolean areKept(Connection asking, long session) throws SQLException;

	/**
	 * Return the strong locks that a session has right now on tables that others may use.
	 * @param asking another connection
	 * @param session the session
	 * @return its locks, empty if that can't be seen
	 */
	List<TableLock> held(Connection asking, long session) throws SQLException;

	/**
	 * Find out which sessions block a session right now.
	 * @param asking another connection
	 * @param session the session
	 * @param tokens the statement that waits
	 * @return the blockers, empty if they can't be seen, {@code null} if the session is
	 * not seen to wait at all
	 */
	@Nullable List<Blocker> blockers(Connection asking, long session, List<Token> tokens) throws SQLException;

}
