package dev.startgate.lock;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import dev.startgate.coordination.DatabaseUnreachableException;

/**
 * Finds out whether nothing can be changed, and why, before Flyway tries it for ten
 * seconds. The reason matters: a standby may be promoted, but a setting stays.
 */
final class PostgreSqlReadOnly {

	private static final String ASK = "select pg_is_in_recovery(), current_user, quote_ident(current_user),"
			+ " quote_ident(current_database()), source from pg_settings"
			+ " where name = 'default_transaction_read_only' and current_setting('transaction_read_only') = 'on'";

	private PostgreSqlReadOnly() {
	}

	static void ensureWritable(Connection connection) throws SQLException {
		if (connection.isReadOnly() && isOnInTransactions(connection)) {
			throw new ReadOnlyDatabaseException();
		}
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(ASK)) {
			if (!row.next()) {
				return;
			}
			if (row.getBoolean(1)) {
				throw DatabaseUnreachableException.readOnly(new SQLException("it is a standby, in recovery"));
			}
			throw new ReadOnlyDatabaseException(row.getString(2),
					remedy(row.getString(5), row.getString(3), row.getString(4)));
		}
	}

	/**
	 * A driver or a pool may make each transaction read-only, those of Flyway too.
	 */
	private static boolean isOnInTransactions(Connection connection) throws SQLException {
		connection.setAutoCommit(false);
		try {
			return SqlFailures.queryForString(connection, "select current_setting('transaction_read_only')")
				.equals("on");
		}
		finally {
			connection.rollback();
			connection.setAutoCommit(true);
		}
	}

	private static String remedy(String source, String user, String database) {
		String reset = " reset default_transaction_read_only; commit;";
		return switch (source) {
			case "user" -> "begin read write; alter role " + user + reset;
			case "database" -> "begin read write; alter database " + database + reset;
			case "database user" -> "begin read write; alter role " + user + " in database " + database + reset;
			case "session", "client" -> "it is set by the URL, by the statement that begins a session, or by the pool";
			default -> "it is set by the server: " + source;
		};
	}

}
