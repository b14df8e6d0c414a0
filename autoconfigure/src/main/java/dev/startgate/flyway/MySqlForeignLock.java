package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.sql.Identifiers;

/**
 * Flyway's named lock on MySQL and MariaDB.
 */
final class MySqlForeignLock implements ForeignLock {

	private final String name;

	MySqlForeignLock(String schema, String table) {
		this.name = "Flyway-" + new Identifiers("`").qualified(schema, table).hashCode();
	}

	@Override
	public Optional<Unsettled> holder(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("select is_used_lock(?)")) {
			statement.setString(1, this.name);
			try (ResultSet row = statement.executeQuery()) {
				row.next();
				long id = row.getLong(1);
				return row.wasNull() ? Optional.empty() : Optional.of(describe(connection, id));
			}
		}
	}

	/**
	 * Describe the session that holds the lock. A user without the right to see the
	 * sessions of others sees only its number.
	 */
	private static Unsettled describe(Connection connection, long id) throws SQLException {
		try (PreparedStatement statement = connection
			.prepareStatement("select unix_timestamp() - coalesce(max(time), 0), max(user), max(host)"
					+ " from information_schema.processlist where id = ?")) {
			statement.setLong(1, id);
			try (ResultSet row = statement.executeQuery()) {
				row.next();
				return ForeignLock.describe(id, row.getString(2), Instant.ofEpochSecond(row.getLong(1)),
						"kill connection " + id, row.getString(3));
			}
		}
	}

}
