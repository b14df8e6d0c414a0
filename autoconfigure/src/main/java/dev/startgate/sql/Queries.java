package dev.startgate.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Queries of a single value.
 */
public final class Queries {

	private Queries() {
	}

	/**
	 * Query a number.
	 * @param connection the connection
	 * @param sql the query
	 * @return the number, 0 if there is no row or no value
	 * @throws SQLException if the query fails
	 */
	public static long number(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(sql)) {
			return result.next() ? result.getLong(1) : 0;
		}
	}

	/**
	 * Query a text.
	 * @param connection the connection
	 * @param sql the query
	 * @return the text, empty if there is no row, {@code "null"} if there is no value
	 * @throws SQLException if the query fails
	 */
	public static String text(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(sql)) {
			return result.next() ? String.valueOf(result.getString(1)) : "";
		}
	}

}
