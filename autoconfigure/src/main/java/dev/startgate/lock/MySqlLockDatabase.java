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

	private final Sessions sessions = new MySqlSessions();

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
		return this.sessions.tryLock(connection, name);
	}

	@Override
	public void leaveCreation(Connection connection, String name) throws SQLException {
		this.sessions.unlock(connection, name);
	}

	@Override
	public Sessions sessions() {
		return this.sessions;
	}

	/**
	 * Until the first DDL, which commits.
	 */
	@Override
	public String shared(Connection connection) throws SQLException {
		return connection.getAutoCommit() ? "" : " lock in share mode";
	}

	@Override
	public String exclusively() {
		return " for update nowait";
	}

}
