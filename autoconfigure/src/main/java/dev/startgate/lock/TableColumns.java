package dev.startgate.lock;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The columns of a table as they are in the database.
 *
 * @param names the names in lower case; empty if there is no such table
 */
record TableColumns(Set<String> names) {

	static TableColumns read(Connection connection, String schema, String table) throws SQLException {
		Set<String> names = new TreeSet<>();
		DatabaseMetaData metadata = connection.getMetaData();
		String escape = metadata.getSearchStringEscape();
		boolean lower = metadata.storesLowerCaseQuotedIdentifiers();
		try (ResultSet columns = metadata.getColumns(null, escaped(schema, escape), escaped(table, escape), null)) {
			while (columns.next()) {
				String name = columns.getString("TABLE_NAME");
				if ((lower ? table.equalsIgnoreCase(name) : table.equals(name))
						&& schema.equals(columns.getString("TABLE_SCHEM"))) {
					names.add(columns.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
				}
			}
		}
		return new TableColumns(names);
	}

	/**
	 * Query the names of the columns, with a statement that takes a schema and a table.
	 */
	static TableColumns query(Connection connection, String sql, String schema, String table) throws SQLException {
		Set<String> names = new TreeSet<>();
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.setString(1, schema);
			statement.setString(2, table);
			try (ResultSet columns = statement.executeQuery()) {
				while (columns.next()) {
					names.add(columns.getString(1).toLowerCase(Locale.ROOT));
				}
			}
		}
		return new TableColumns(names);
	}

	/**
	 * Escape a name, which JDBC takes for a pattern.
	 */
	private static String escaped(String name, String escape) {
		return name.replace(escape, escape + escape).replace("_", escape + "_").replace("%", escape + "%");
	}

	boolean isThere() {
		return !this.names.isEmpty();
	}

	boolean hasAll(Collection<String> expected) {
		return this.names.containsAll(expected);
	}

}
