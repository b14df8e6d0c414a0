package dev.startgate.lock;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.function.Predicate;

import dev.startgate.gate.DatabaseUnreachableException;
import dev.startgate.gate.Secrets;

import org.springframework.core.NestedRuntimeException;

/**
 * What an {@link SQLException} means, and the shortest way to one number.
 */
final class Sql {

	private static final String INSUFFICIENT_PRIVILEGE = "42501";

	/** Denied by MySQL and MariaDB (table, column, database, privilege) and by H2. */
	private static final Set<Integer> DENIED = Set.of(1142, 1143, 1044, 1227, 90096);

	private static final String INVALID_SCHEMA_NAME = "3F000";

	/** An unknown schema of MySQL and MariaDB, and of H2. */
	private static final Set<Integer> NO_SCHEMA = Set.of(1049, 90079);

	private static final String LOCK_NOT_AVAILABLE = "55P03";

	/** What MySQL and MariaDB say of a row that is locked. */
	private static final Set<Integer> BUSY = Set.of(3572, 1205);

	private Sql() {
	}

	static long queryForLong(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(sql)) {
			return result.next() ? result.getLong(1) : 0;
		}
	}

	static String queryForString(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(sql)) {
			return result.next() ? String.valueOf(result.getString(1)) : "";
		}
	}

	/**
	 * Translate a failure, for callers that try again when the database can't be reached.
	 */
	static RuntimeException translate(String what, Exception failure) {
		if (DatabaseUnreachableException.isCausing(failure)) {
			return new DatabaseUnreachableException(failure);
		}
		return new LockFailedException(what, failure);
	}

	/**
	 * Return what the database said, without credentials, for the log. Spring's and
	 * ShedLock's statement says nothing of it.
	 */
	static String answer(Throwable failure) {
		String message = String.valueOf((failure instanceof NestedRuntimeException nested)
				? nested.getMostSpecificCause().getMessage() : failure.getMessage());
		return Secrets.hideCredentials(message).strip();
	}

	/**
	 * Return the first line of what the database said, if it is behind a failure.
	 */
	static String shortAnswer(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException) {
				return answer(cause).lines().findFirst().orElse("");
			}
		}
		return answer(failure).lines().findFirst().orElse("");
	}

	/**
	 * Return whether a row could not be locked at once.
	 */
	static boolean isLockedByAnother(SQLException failure) {
		return LOCK_NOT_AVAILABLE.equals(failure.getSQLState()) || BUSY.contains(failure.getErrorCode());
	}

	static boolean isMissingSchema(Throwable failure) {
		return isAny(failure, (exception) -> INVALID_SCHEMA_NAME.equals(exception.getSQLState())
				|| NO_SCHEMA.contains(exception.getErrorCode()));
	}

	static boolean isMissingRight(Throwable failure) {
		return isAny(failure, (exception) -> INSUFFICIENT_PRIVILEGE.equals(exception.getSQLState())
				|| DENIED.contains(exception.getErrorCode()));
	}

	private static boolean isAny(Throwable failure, Predicate<SQLException> test) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException exception && test.test(exception)) {
				return true;
			}
		}
		return false;
	}

}
