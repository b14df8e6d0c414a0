package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.lock.LockTableException.Problem;
import dev.startgate.sql.DatabaseCondition;
import dev.startgate.sql.Identifiers;
import org.jspecify.annotations.Nullable;

/**
 * The two tables of a lock: their names, their columns, and whether they can be used.
 */
final class LockTables {

	private static final int ATTEMPTS = 4;

	private static final List<String> LOCK_COLUMNS = List.of("name", "lock_until", "locked_at", "locked_by");

	private static final List<String> RECORD_COLUMNS = List.of("lock_name", "kind", "item", "generation", "replica",
			"recorded_at", "detail");

	private final LockDatabase database;

	private final String schema;

	private final LockSettings settings;

	private final Identifiers identifiers;

	private final String lockName;

	/** The schema and the name of Flyway's history, empty if there is no Flyway. */
	private final List<String> history;

	private LockTables(LockDatabase database, String schema, LockSettings settings, Identifiers identifiers,
			String lockName, List<String> history) {
		this.database = database;
		this.schema = schema;
		this.settings = settings;
		this.identifiers = identifiers;
		this.lockName = lockName;
		this.history = history;
	}

	static LockTables of(LockSettings settings, ProtectedSchema target, LockDatabase database, Connection connection)
			throws SQLException {
		String current = (target.schema() != null) ? target.schema() : database.currentSchema(connection);
		String schema = (settings.tableSchema() != null) ? settings.tableSchema() : current;
		if (schema == null) {
			throw new SQLException("The connection has no current schema");
		}
		String lockName = (settings.name() != null) ? settings.name() : current + "." + target.table();
		return new LockTables(database, schema, settings, Identifiers.of(connection), lockName,
				(current != null && target.isTableFirst()) ? List.of(current, target.table()) : List.of());
	}

	String lockName() {
		return this.lockName;
	}

	String lock() {
		return qualified("lock");
	}

	String record() {
		return qualified("record");
	}

	boolean areThere(Connection connection) throws SQLException {
		return isThere(connection, "lock", LOCK_COLUMNS) && hasRecords(connection);
	}

	boolean hasRecords(Connection connection) throws SQLException {
		return isThere(connection, "record", RECORD_COLUMNS);
	}

	/** Return how many of the tables are not there. */
	int missing(Connection connection) throws SQLException {
		return (isThere(connection, "lock", LOCK_COLUMNS) ? 0 : 1) + (hasRecords(connection) ? 0 : 1);
	}

	private boolean isThere(Connection connection, String table, List<String> expected) throws SQLException {
		TableColumns columns = this.database.columns(connection, this.schema, this.settings.tablePrefix() + table);
		if (columns.isThere() && !columns.hasAll(expected)) {
			throw new LockTableException(qualified(table), Problem.NOT_OURS, "", List.of(), null);
		}
		if (!columns.isThere() && this.settings.readOnly() && this.database.hides(connection, qualified(table))) {
			throw new SQLException(qualified(table) + " may not be read", "42501");
		}
		return columns.isThere();
	}

	void createMissing(Connection connection) throws SQLException {
		try {
			if (!isThere(connection, "lock", LOCK_COLUMNS)) {
				execute(connection, ddl(this.schema).get(0));
			}
			if (!hasRecords(connection)) {
				execute(connection, ddl(this.schema).get(1));
			}
		}
		catch (SQLException ex) {
			if (DatabaseCondition.MISSING_RIGHT.isIn(ex)) {
				throw unusable(connection, lock(), Problem.MAY_NOT_CREATE, ex);
			}
			if (DatabaseCondition.MISSING_SCHEMA.isIn(ex)) {
				throw unusable(connection, lock(), Problem.NO_SCHEMA, ex);
			}
			throw ex;
		}
	}

	/**
	 * Refuse a missing history that the user may not create: Flyway would try for ten
	 * seconds. Only the schema of the lock's own tables is checked. In another one the
	 * application may take a role first.
	 */
	void checkHistory(Connection connection) throws SQLException {
		if (!this.history.isEmpty() && this.history.get(0).equals(this.schema)
				&& !this.database.mayCreateTables(connection, this.schema)) {
			refuseHistory(connection, null);
		}
	}

	/** Throw, unless Flyway's history is there or none is needed. */
	void refuseHistory(Connection connection, @Nullable Throwable cause) throws SQLException {
		if (!this.history.isEmpty()
				&& !this.database.columns(connection, this.history.get(0), this.history.get(1)).isThere()) {
			String schema = this.identifiers.quoted(this.history.get(0));
			String user = this.database.grantee(connection);
			boolean there = this.database.hasSchema(connection, this.history.get(0));
			String grant = this.database.creationGrant(schema, user);
			throw new LockTableException(this.identifiers.qualified(this.history.get(0), this.history.get(1)),
					there ? Problem.NO_HISTORY : Problem.NO_HISTORY_SCHEMA, user,
					there ? List.of(grant) : List.of("create schema " + schema, grant), cause);
		}
	}

	/**
	 * Check the rights before the lock is taken, with statements that change no row.
	 */
	void checkRights(Connection connection) throws SQLException {
		checkRights(connection, lock(), "name");
		checkRights(connection, record(), "lock_name");
	}

	private void checkRights(Connection connection, String table, String column) throws SQLException {
		try {
			// by the key: MySQL and MariaDB refuse others with sql_safe_updates
			execute(connection, "delete from " + table + " where " + column + " is null");
			execute(connection,
					"update " + table + " set " + column + " = " + column + " where " + column + " is null");
			// with all columns: MariaDB refuses an insert that omits a column without a
			// default, even if it inserts no row
			execute(connection, "insert into " + table + " select * from " + table + " where 1 = 0");
		}
		catch (SQLException ex) {
			if (DatabaseCondition.MISSING_RIGHT.isIn(ex)) {
				throw unusable(connection, table, Problem.MAY_NOT_USE, ex);
			}
			throw ex;
		}
	}

	/**
	 * Find out whether a statement failed because an earlier check no longer holds.
	 * @param failure the failure
	 * @param connection connects anew
	 * @throws LockTableException if rights were revoked
	 * @throws ReadOnlyDatabaseException if a setting lets nothing be changed
	 */
	void explain(SQLException failure, DataSource connection) {
		boolean explained = !DatabaseCondition.MISSING_RIGHT.isIn(failure)
				&& !DatabaseCondition.READ_ONLY.isIn(failure);
		// the renewal may meet the same failure, and throw the connection away meanwhile
		for (int attempt = 0; !explained && attempt < ATTEMPTS; attempt++) {
			try {
				this.database.ensureWritable(connection.getConnection());
				checkRights(connection.getConnection());
				explained = true;
			}
			catch (SQLException ex) {
				failure.addSuppressed(ex);
			}
		}
	}

	/** Flyway refuses a schema that has these tables but not yet Flyway's history. */
	LockTableException missingForGood(Connection connection) throws SQLException {
		boolean early = !this.history.isEmpty() && this.history.get(0).equals(this.schema)
				&& !this.database.columns(connection, this.schema, this.history.get(1)).isThere();
		return unusable(connection, lock(), early ? Problem.MISSING_BEFORE_HISTORY : Problem.MISSING, null);
	}

	private LockTableException unusable(Connection connection, String table, Problem problem, @Nullable SQLException ex)
			throws SQLException {
		if (!connection.getAutoCommit()) {
			// nothing can be asked in a transaction that has failed
			connection.rollback();
		}
		String user = this.database.grantee(connection);
		List<String> statements = new ArrayList<>();
		String where = (problem == Problem.MISSING_BEFORE_HISTORY) ? "startgate" : this.schema;
		if (problem == Problem.NO_SCHEMA || problem == Problem.MISSING_BEFORE_HISTORY) {
			statements.addAll(this.database.newSchema(this.identifiers.quoted(where), user));
		}
		if (problem != Problem.NO_SCHEMA && problem != Problem.MAY_NOT_USE) {
			statements.addAll(ddl(where));
		}
		if (problem != Problem.NO_SCHEMA) {
			statements.addAll(this.database.usageGrants(connection, where, user));
			for (String name : List.of("lock", "record")) {
				statements.add("grant select, insert, update, delete on " + qualified(where, name) + " to " + user);
			}
		}
		return new LockTableException(table, problem, user, statements, ex);
	}

	private List<String> ddl(String schema) {
		String time = this.database.timestampType();
		return List.of("create table " + qualified(schema, "lock") + " (name varchar(190) not null, lock_until " + time
				+ " not null, locked_at " + time + " not null, locked_by varchar(255) not null, primary key (name))",
				"create table " + qualified(schema, "record")
						+ " (lock_name varchar(190) not null, kind varchar(20) not null, item varchar(190) not null,"
						+ " generation bigint not null, replica varchar(255) not null, recorded_at " + time
						+ " not null, detail varchar(1000), primary key (lock_name, kind, item))");
	}

	private String qualified(String table) {
		return qualified(this.schema, table);
	}

	private String qualified(String schema, String table) {
		return this.identifiers.qualified(schema, this.settings.tablePrefix() + table);
	}

	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
