package dev.startgate.lock;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import dev.startgate.coordination.DatabaseUnreachableException;
import dev.startgate.sql.Queries;

/**
 * PostgreSQL, from 12 on.
 */
final class PostgreSqlLockDatabase implements LockDatabase {

	private static final String READ_ONLY = "select pg_is_in_recovery(), current_user, quote_ident(current_user),"
			+ " quote_ident(current_database()), source from pg_settings"
			+ " where name = 'default_transaction_read_only' and current_setting('transaction_read_only') = 'on'";

	private final ReleaseChannel releases = new PostgreSqlReleaseChannel();

	private final Sessions sessions = new PostgreSqlSessions();

	@Override
	public String now() {
		return "timezone('utc', clock_timestamp())";
	}

	@Override
	public String andCommit(String update) {
		return update + "; commit";
	}

	@Override
	public String timestampType() {
		return "timestamp(3)";
	}

	/**
	 * Find out whether nothing can be changed, and why, before Flyway tries it for ten
	 * seconds. The reason matters: a standby may be promoted, but a setting stays.
	 */
	@Override
	public void ensureWritable(Connection connection) throws SQLException {
		if (connection.isReadOnly() && isOnInTransactions(connection)) {
			throw new ReadOnlyDatabaseException();
		}
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(READ_ONLY)) {
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
			return Queries.text(connection, "select current_setting('transaction_read_only')").equals("on");
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

	/** Asks for the names only, because the driver asks for much more. */
	@Override
	public TableColumns columns(Connection connection, String schema, String table) throws SQLException {
		return TableColumns.query(connection,
				"select a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid"
						+ " join pg_namespace n on n.oid = c.relnamespace where n.nspname = ? and c.relname = ?"
						+ " and c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped",
				schema, table);
	}

	@Override
	public String grantee(Connection connection) throws SQLException {
		return Queries.text(connection, "select quote_ident(current_user)");
	}

	/**
	 * A schema that is not there is no obstacle: it may be created first.
	 */
	@Override
	public boolean mayCreateTables(Connection connection, String schema) throws SQLException {
		try (PreparedStatement statement = connection
			.prepareStatement("select has_schema_privilege(n.oid, 'create') from pg_namespace n where n.nspname = ?")) {
			statement.setString(1, schema);
			try (ResultSet result = statement.executeQuery()) {
				return !result.next() || result.getBoolean(1);
			}
		}
	}

	@Override
	public List<String> usageGrants(Connection connection, String schema, String user) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("select quote_ident(nspname) from pg_namespace"
				+ " where nspname = ? and not has_schema_privilege(oid, 'usage')")) {
			statement.setString(1, schema);
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? List.of("grant usage on schema " + row.getString(1) + " to " + user) : List.of();
			}
		}
	}

	@Override
	public String creationGrant(String schema, String user) {
		return "grant usage, create on schema " + schema + " to " + user;
	}

	@Override
	public List<String> newSchema(String schema, String user) {
		return List.of("create schema " + schema, creationGrant(schema, user));
	}

	/**
	 * The advisory lock belongs to a transaction, so that it also works through a
	 * transaction pooler. At READ COMMITTED, between statements, that transaction has no
	 * snapshot that others would wait for. The driver's connection is used, because
	 * HikariCP closes its own if the database has no such locks.
	 */
	@Override
	public boolean tryEnterCreation(Connection connection, String name) throws SQLException {
		connection.setAutoCommit(false);
		try (PreparedStatement statement = ConnectionSettings.unwrapped(connection)
			.prepareStatement("select pg_try_advisory_xact_lock(hashtextextended(?, 0))")) {
			statement.setString(1, name);
			try (ResultSet result = statement.executeQuery()) {
				if (result.next() && result.getBoolean(1)) {
					return true;
				}
			}
		}
		catch (SQLException ex) {
			try {
				connection.rollback();
				leaveCreation(connection, name);
			}
			catch (SQLException second) {
				ex.addSuppressed(second);
			}
			throw ex;
		}
		leaveCreation(connection, name);
		return false;
	}

	@Override
	public void leaveCreation(Connection connection, String name) throws SQLException {
		connection.setAutoCommit(true);
	}

	@Override
	public Sessions sessions() {
		return this.sessions;
	}

	@Override
	public ReleaseChannel releases() {
		return this.releases;
	}

	@Override
	public String exclusively() {
		return " for update nowait";
	}

	@Override
	public String shared(Connection connection) throws SQLException {
		return connection.getAutoCommit() ? "" : " for share";
	}

}
