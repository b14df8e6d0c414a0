package dev.startgate.flyway.ddl;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;

/**
 * The {@code lock_timeout} of a transaction. It is changed together with what has to be
 * done before or after that, because each statement more is a round trip.
 */
final class PostgreSqlTimeout {

	/**
	 * The setting has a unit, as an interval has, and 0 is no limit. It is read once,
	 * before it is set, because of the offset.
	 */
	private static final String LIMIT = "select set_config('lock_timeout', case when own::interval between '1 ms' and"
			+ " '%1$d ms' then own else '%1$d' end, true), own from (select current_setting('lock_timeout') as own"
			+ " offset 0) s";

	private static final String RESTORE = "select set_config('lock_timeout', '%s', true)";

	private PostgreSqlTimeout() {
	}

	/**
	 * Shorten it to the end of the transaction or of the savepoint. One that is shorter
	 * stays as it is.
	 * @param first a statement to execute before, which returns nothing; may be empty
	 * @return what it was before
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
	 * Make it what it was.
	 * @param last a statement to execute after that
	 */
	static void restore(Connection connection, String before, String last) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(RESTORE.formatted(before.replace("'", "''")) + last);
		}
	}

}
