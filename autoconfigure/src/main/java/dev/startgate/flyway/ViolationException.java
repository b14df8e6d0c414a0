package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;

import dev.startgate.coordination.Lock;
import dev.startgate.sql.Causes;

/**
 * A question was asked before migrations, and its answer stops them. The question can be
 * asked again without the lock.
 */
abstract class ViolationException extends RuntimeException {

	private final transient Question question;

	ViolationException(String message, Question question) {
		super(message);
		this.question = question;
	}

	/**
	 * Return whether a failure may be resolved by now. The question of a violation is
	 * asked again.
	 */
	static boolean mayBeResolved(RuntimeException failure, Lock lock) {
		ViolationException violation = Causes.first(failure, ViolationException.class).orElse(null);
		if (violation == null) {
			return true;
		}
		boolean[] violated = new boolean[1];
		lock.lend((connection) -> violated[0] = violation.question.isViolated(connection));
		return !violated[0];
	}

	/**
	 * What was asked.
	 */
	@FunctionalInterface
	interface Question {

		/**
		 * Ask again.
		 * @param connection a connection in a transaction
		 * @return whether the answer stops migrations
		 * @throws SQLException if that can't be found out
		 */
		boolean isViolated(Connection connection) throws SQLException;

	}

}
