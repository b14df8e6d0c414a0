package dev.startgate.flyway.ddl;

import java.sql.SQLException;

import org.slf4j.LoggerFactory;

/**
 * One attempt to execute a statement that waits for a lock for a limited time. It ends in
 * exactly one of three ways.
 */
interface LockAttempt {

	/**
	 * The statement was executed.
	 */
	void succeeded() throws SQLException;

	/**
	 * The statement did not get its lock: undo it, and nothing else.
	 */
	void stepBack() throws SQLException;

	/**
	 * The statement has failed for another reason, perhaps together with its connection.
	 */
	default void failed() {
		try {
			stepBack();
		}
		catch (SQLException ex) {
			LoggerFactory.getLogger(LockAttempt.class).debug("An attempt could not step back", ex);
		}
	}

	/**
	 * Return whether the statement has failed only because of the way in which it was
	 * attempted, so that it may be executed without a time-out after stepping back.
	 */
	default boolean isRefused(SQLException failure) {
		return false;
	}

}
