package dev.startgate.lock;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * The columns of a table as they are in the database.
 *
 * @param names the names in lower case; empty if there is no such table
 */
record TableColumns(Set<String> names) {

	static TableColumns read(Connection connection, @Nullable String catalog, @Nullable String schema, String table)
			throws SQLException {
		Set<String> names = new TreeSet<>();
		String escape = connection.getMetaData().getSearchStringEscape();
		String pattern = table.replace("_", escape + "_");
		try (ResultSet columns = connection.getMetaData().getColumns(catalog, schema, pattern, null)) {
			while (columns.next()) {
				if (table.equals(columns.getString("TABLE_NAME"))) {
					names.add(columns.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
				}
			}
		}
		return new TableColumns(names);
	}

	boolean isThere() {
		return !this.names.isEmpty();
	}

	boolean hasAll(Collection<String> expected) {
		return this.names.containsAll(expected);
	}

}
