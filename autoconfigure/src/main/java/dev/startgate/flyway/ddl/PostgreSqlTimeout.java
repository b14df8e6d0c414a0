package dev.startgate.flyway.ddl;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;

/**
 * The {@code lock_timeout} of a transaction. One call changes it together with what comes
 * before or after, because each additional call is a round trip.
 */
final class PostgreSqlTimeout {

	/**
	 * The setting has a unit, like an interval, and 0 means no limit. The offset makes
	 * PostgreSQL read it once, before setting it.
	 */
	private static final String LIMIT = "select set_config('lock_timeout', case when own::interval between '1 ms' and"
			+ " '%1$d ms' then own else '%1$d' end, true), own from (select current_setting('lock_timeout') as own"
			+ " offset 0) s";

	private static final String RESTORE = "select set_config('lock_timeout', '%s', true)";

	private PostgreSqlTimeout() {
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

}
