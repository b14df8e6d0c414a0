package dev.startgate.flyway.ddl;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/**
 * The {@code lock_timeout} of a transaction.
 */
final class PostgreSqlTimeout {

	/** The setting has milliseconds, and 0 is no limit. */
	private static final String LIMIT = "select set_config('lock_timeout', case when setting::bigint between 1 and ?"
			+ " then setting else ?::text end, true), setting from pg_settings where name = 'lock_timeout'";

	private PostgreSqlTimeout() {
	}

	/**
	 * Shorten it to the end of the transaction or of the savepoint. One that is shorter
	 * stays as it is.
	 * @return what it was before
	 */
	static String limit(Connection connection, Duration most) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(LIMIT)) {
			statement.setLong(1, most.toMillis());
			statement.setLong(2, most.toMillis());
			try (ResultSet row = statement.executeQuery()) {
				row.next();
				return row.getString(2);
			}
		}
	}

	static void restore(Connection connection, String before) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("select set_config('lock_timeout', ?, true)")) {
			statement.setString(1, before);
			statement.execute();
		}
	}

}
