package dev.startgate.lock;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;

import dev.startgate.coordination.DatabaseUnreachableException;
import dev.startgate.sql.DatabaseCondition;
import dev.startgate.sql.Queries;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MySQL and MariaDB, where a schema is a catalog.
 */
final class MySqlLockDatabase implements LockDatabase {

	private static final Logger logger = LoggerFactory.getLogger(MySqlLockDatabase.class);

	private static final String READ_ONLY = "select concat(@@global.read_only, ' ', @@global.innodb_read_only)";

	/** Answers 1 to {@link DatabaseCondition#MISSING_RIGHT}, 0 to a missing table. */
	private static final String HIDES = "begin not atomic declare exit handler for 1142, 1143, 1044 select 1;"
			+ " declare exit handler for 1146, 1049 select 0; %s; end";

	private final Sessions sessions = new MySqlSessions();

	private final ReleaseChannel releases = new MySqlReleaseChannel();

	private final boolean mariaDb;

	private final boolean skipsLocked;

	private MySqlLockDatabase(boolean mariaDb, boolean skipsLocked) {
		this.mariaDb = mariaDb;
		this.skipsLocked = skipsLocked;
	}

	static MySqlLockDatabase of(DatabaseMetaData metadata) throws SQLException {
		int major = metadata.getDatabaseMajorVersion();
		boolean mariaDb = (metadata.getDatabaseProductName() + metadata.getDatabaseProductVersion())
			.toLowerCase(Locale.ROOT)
			.contains("mariadb");
		return new MySqlLockDatabase(mariaDb,
				mariaDb ? major > 10 || (major == 10 && metadata.getDatabaseMinorVersion() >= 6) : major >= 8);
	}

	@Override
	public String now() {
		return "utc_timestamp(3)";
	}

	/** MySQL has no blocks, and its drivers take several statements only if asked to. */
	@Override
	public @Nullable String andCommit(String update) {
		return this.mariaDb ? "begin not atomic " + update + "; commit; end" : null;
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
		return TableColumns.query(connection,
				"select column_name from information_schema.columns where table_schema = ? and table_name = ?", schema,
				table);
	}

	/**
	 * The information schema leaves out what the user has no right to. MariaDB's driver
	 * logs a warning for each error of the server, so the server handles the error
	 * itself.
	 */
	@Override
	public boolean hides(Connection connection, String table) throws SQLException {
		String query = "select 1 from " + table + " where 1 = 0";
		try {
			return Queries.number(connection, this.mariaDb ? HIDES.formatted(query) : query) == 1;
		}
		catch (SQLException ex) {
			if (DatabaseUnreachableException.isCausing(ex)) {
				throw ex;
			}
			return DatabaseCondition.MISSING_RIGHT.isMeantBy(ex);
		}
	}

	/**
	 * A privileged user may write on a read-only server. The server refuses other users
	 * before it looks for the table. A database that only speaks MySQL's protocol may not
	 * know these variables.
	 */
	@Override
	public void ensureWritable(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			if (!this.mariaDb && connection.isReadOnly()
					&& Queries.number(connection, "select @@session.transaction_read_only") == 1) {
				throw new ReadOnlyDatabaseException();
			}
			if (!Queries.text(connection, READ_ONLY).matches("(0|OFF) (0|OFF)")) {
				statement.execute("delete from startgate_lock where name is null");
			}
		}
		catch (SQLException ex) {
			if (DatabaseCondition.READ_ONLY.isMeantBy(ex)) {
				throw DatabaseUnreachableException.readOnly(ex);
			}
			if (DatabaseUnreachableException.isCausing(ex)) {
				throw ex;
			}
			logger.trace("The server can be changed, as far as that is seen", ex);
		}
	}

	@Override
	public String grantee(Connection connection) throws SQLException {
		return Queries.text(connection, "select concat(quote(substring_index(current_user(), '@', 1)), '@',"
				+ " quote(substring_index(current_user(), '@', -1)))");
	}

	/**
	 * A schema is a catalog.
	 */
	@Override
	public boolean hasSchema(Connection connection, String schema) throws SQLException {
		try (ResultSet schemas = connection.getMetaData().getCatalogs()) {
			while (schemas.next()) {
				if (schema.equals(schemas.getString("TABLE_CAT"))) {
					return true;
				}
			}
			return false;
		}
	}

	@Override
	public String creationGrant(String schema, String user) {
		return "grant create, alter, drop, index, references, select, insert, update, delete on " + pattern(schema)
				+ ".* to " + user;
	}

	@Override
	public List<String> newSchema(String schema, String user) {
		return List.of("create schema " + schema,
				"grant create, select, insert, update, delete on " + pattern(schema) + ".* to " + user);
	}

	/** In a grant, the name of a database is a pattern. */
	private static String pattern(String schema) {
		return schema.replace("_", "\\_").replace("%", "\\%");
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

	@Override
	public ReleaseChannel releases() {
		return this.releases;
	}

	/**
	 * The rows stay locked until the first DDL statement, which commits.
	 */
	@Override
	public String shared(Connection connection) throws SQLException {
		return connection.getAutoCommit() ? "" : " lock in share mode";
	}

	/**
	 * With {@code nowait} a locked row causes an error, and MariaDB's driver logs a
	 * warning.
	 */
	@Override
	public String exclusively() {
		return this.skipsLocked ? " for update skip locked" : " for update nowait";
	}

}
