package dev.startgate.lock;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * MySQL and MariaDB, where a schema is a catalog.
 */
final class MySqlLockDatabase implements LockDatabase {

	/** The longest name of a user-level lock that MySQL accepts. */
	private static final int LONGEST_NAME = 64;

	@Override
	public String now() {
		return "utc_timestamp(3)";
	}

	/**
	 * Not {@code timestamp}, which is converted by the time zone of the session.
	 */
	@Override
	public String timestampType() {
		return "datetime(3)";
	}

	@Override
	public @Nullable String currentSchema(Connection connection) throws SQLException {
		return connection.getCatalog();
	}

	@Override
	public TableColumns columns(Connection connection, String schema, String table) throws SQLException {
		return TableColumns.read(connection, schema, null, table);
	}

	@Override
	public boolean tryEnterCreation(Connection connection, String name) throws SQLException {
		return callWithName(connection, "select get_lock(?, 0)", name) == 1;
	}

	@Override
	public void leaveCreation(Connection connection, String name) throws SQLException {
		callWithName(connection, "select release_lock(?)", name);
	}

	@Override
	public Long sessionId(Connection connection) throws SQLException {
		return Sql.queryForLong(connection, "select connection_id()");
	}

	@Override
	public void endSession(Connection connection, long sessionId) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("kill connection " + sessionId);
		}
	}

	private static long callWithName(Connection connection, String sql, String name) throws SQLException {
		String shortName = (name.length() <= LONGEST_NAME) ? name
				: name.substring(0, LONGEST_NAME - 9) + "-" + Integer.toHexString(Objects.hash(name));
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.setString(1, shortName);
			try (ResultSet result = statement.executeQuery()) {
				return result.next() ? result.getLong(1) : 0;
			}
		}
	}

}
