package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.sql.Identifiers;
import org.jspecify.annotations.Nullable;

/**
 * A history whose last row is known. One short query tells whether there is another one
 * by now.
 */
final class WatchedHistory {

	private final String name;

	private final ProtectedSchema target;

	private int rank;

	private @Nullable String version;

	WatchedHistory(String name, ProtectedSchema target, int rank) {
		this.name = name;
		this.target = target;
		this.rank = rank;
	}

	String name() {
		return this.name;
	}

	@Nullable String version() {
		return this.version;
	}

	/**
	 * Look, on a connection of the application, which has what it needs to see its
	 * tables.
	 */
	boolean hasChanged() throws SQLException {
		try (Connection connection = this.target.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			Identifiers identifiers = Identifiers.of(connection);
			String table = identifiers.qualified(this.target.schema(), this.target.table());
			String rank = identifiers.quoted("installed_rank");
			try (ResultSet row = statement.executeQuery("select " + rank + ", " + identifiers.quoted("version")
					+ " from " + table + " where " + rank + " = (select max(" + rank + ") from " + table + ")")) {
				return row.next() && isNew(row.getInt(1), row.getString(2));
			}
		}
	}

	private boolean isNew(int found, @Nullable String foundVersion) {
		boolean changed = found != this.rank;
		this.rank = found;
		this.version = foundVersion;
		return changed;
	}

}
