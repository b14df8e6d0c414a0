package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import dev.startgate.gate.MessageSanitizer;

/**
 * The rows that a precondition returned. There may be as many as the table has: not all
 * of them are read.
 *
 * @param count how many were read
 * @param more whether there are more
 * @param first the first rows, for people
 */
record Violations(int count, boolean more, List<String> first) {

	private static final int MOST_SHOWN = 10;

	static final int MOST_COUNTED = 1000;

	/** How many are in memory at once, if the driver can fetch a part. */
	private static final int FETCHED = 50;

	private static final int LONGEST_VALUE = 200;

	/** The name of a column that tells one row from another, and nothing else. */
	private static final Pattern KEY_NAME = Pattern.compile("(?i:(?:.*_)?(?:id|uuid))|.*[a-z0-9]I[dD]");

	private static final Pattern KEY = Pattern
		.compile("-?\\d{1,19}|\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

	/**
	 * Run a query, or several.
	 * @param connection a connection, with a transaction unless the migration has none
	 * @param sql the query
	 * @return what it returned
	 * @throws SQLException if it has failed
	 */
	static Violations of(Connection connection, String sql) throws SQLException {
		List<String> first = new ArrayList<>();
		int count = 0;
		try (Statement statement = connection.createStatement()) {
			statement.setMaxRows(MOST_COUNTED + 1);
			statement.setFetchSize(FETCHED);
			boolean rows = statement.execute(sql);
			while (rows || statement.getUpdateCount() >= 0) {
				count += rows ? read(statement.getResultSet(), first) : 0;
				rows = statement.getMoreResults();
			}
		}
		return new Violations(Math.min(count, MOST_COUNTED), count > MOST_COUNTED, first);
	}

	private static int read(ResultSet rows, List<String> first) throws SQLException {
		int count = 0;
		while (rows.next()) {
			count++;
			if (first.size() < MOST_SHOWN) {
				first.add(describe(rows));
			}
		}
		return count;
	}

	private static String describe(ResultSet row) throws SQLException {
		ResultSetMetaData columns = row.getMetaData();
		List<String> values = new ArrayList<>();
		for (int column = 1; column <= columns.getColumnCount(); column++) {
			values.add(columns.getColumnLabel(column) + " = " + shortened(String.valueOf(row.getString(column))));
		}
		boolean hasKey = KEY_NAME.matcher(columns.getColumnLabel(1)).matches()
				&& KEY.matcher(String.valueOf(row.getString(1))).matches();
		return hasKey ? MessageSanitizer.row(values.get(0), String.join(", ", values.subList(1, values.size())))
				: MessageSanitizer.row("", String.join(", ", values));
	}

	private static String shortened(String value) {
		return (value.length() <= LONGEST_VALUE) ? value : value.substring(0, LONGEST_VALUE) + "…";
	}

	/**
	 * Return how many there are, in words.
	 */
	String inWords() {
		String number = this.more ? "more than " + this.count : String.valueOf(this.count);
		return number + ((this.count == 1) ? " violation" : " violations");
	}

}
