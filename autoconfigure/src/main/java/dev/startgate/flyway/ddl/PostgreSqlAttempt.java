package dev.startgate.flyway.ddl;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/**
 * Attempts with the {@code lock_timeout} of a transaction, which ends with it. One call
 * changes it together with what comes before or after, because each additional call is a
 * round trip.
 */
final class PostgreSqlAttempt {

	private static final String SAVEPOINT = "startgate_ddl";

	/**
	 * The setting has a unit, like an interval, and 0 means no limit. The offset makes
	 * PostgreSQL read it once, before setting it.
	 */
	private static final String LIMIT = "select set_config('lock_timeout', case when own::interval between '1 ms' and"
			+ " '%1$d ms' then own else '%1$d' end, true), own from (select current_setting('lock_timeout') as own"
			+ " offset 0) s";

	private static final String RESTORE = "select set_config('lock_timeout', '%s', true)";

	private PostgreSqlAttempt() {
	}

	static LockAttempt inTransaction(Connection connection, Duration most) throws SQLException {
		return new InSavepoint(connection, limit(connection, "savepoint " + SAVEPOINT + "; ", most));
	}

	static LockAttempt alone(Connection connection, Duration most) throws SQLException {
		connection.setAutoCommit(false);
		LockAttempt attempt = new InTransaction(connection);
		try {
			limit(connection, "", most);
			return attempt;
		}
		catch (SQLException ex) {
			attempt.failed();
			throw ex;
		}
	}

	/**
	 * Shorten the time-out until the end of the transaction or of the savepoint. A
	 * shorter one stays as it is.
	 * @param first a statement to execute before that, without a result; may be empty
	 * @return the time-out before
	 */
	static String limit(Connection connection, String first, Duration most) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			boolean answered = statement.execute(first + String.format(Locale.ROOT, LIMIT, most.toMillis()));
			if (!answered) {
				statement.getMoreResults();
			}
			try (ResultSet row = statement.getResultSet()) {
				row.next();
				return row.getString(2);
			}
		}
	}

	/**
	 * Restore the time-out.
	 * @param last a statement to execute after that
	 */
	static void restore(Connection connection, String before, String last) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(RESTORE.formatted(before.replace("'", "''")) + last);
		}
	}

	/**
	 * An attempt in a transaction whose earlier work is kept. Any other failure fails the
	 * whole transaction in PostgreSQL, so that nothing need be undone then.
	 */
	private static final class InSavepoint implements LockAttempt {

		private final Connection connection;

		private final String timeout;

		InSavepoint(Connection connection, String timeout) {
			this.connection = connection;
			this.timeout = timeout;
		}

		@Override
		public void succeeded() throws SQLException {
			restore(this.connection, this.timeout, "; release savepoint " + SAVEPOINT);
		}

		/**
		 * The rollback releases the locks and restores the time-out. The server must not
		 * end the session during the pause because its transaction is idle.
		 */
		@Override
		public void stepBack() throws SQLException {
			try (Statement statement = this.connection.createStatement()) {
				statement.execute("rollback to savepoint " + SAVEPOINT + "; release savepoint " + SAVEPOINT
						+ "; select set_config('idle_in_transaction_session_timeout', '0', true)");
			}
		}

		@Override
		public void failed() {
		}

	}

	/**
	 * An attempt of a statement outside of a transaction. The attempt puts it into one of
	 * its own, with which the time-out ends, even if a pooler lends the session to
	 * others.
	 */
	private static final class InTransaction implements LockAttempt {

		private static final Set<String> REFUSED = Set.of("25001", "2D000");

		private final Connection connection;

		InTransaction(Connection connection) {
			this.connection = connection;
		}

		@Override
		public void succeeded() throws SQLException {
			this.connection.commit();
			this.connection.setAutoCommit(true);
		}

		@Override
		public void stepBack() throws SQLException {
			this.connection.rollback();
			this.connection.setAutoCommit(true);
		}

		/**
		 * The statement can't run in a transaction, or ends it.
		 */
		@Override
		public boolean isRefused(SQLException failure) {
			return REFUSED.contains(String.valueOf(failure.getSQLState()));
		}

	}

}
