package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import dev.startgate.coordination.LockFactory;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.sql.DatabaseCondition;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a user lacks a right to Flyway's history. The message of the database
 * does not always tell.
 */
final class HistoryRights {

	private final LockFactory connections;

	private final ProtectedSchema target;

	private final boolean readOnly;

	/**
	 * Create the object.
	 * @param connections lends connections
	 * @param target the schema of the history
	 * @param readOnly whether the right to read is enough
	 */
	HistoryRights(LockFactory connections, ProtectedSchema target, boolean readOnly) {
		this.connections = connections;
		this.target = target;
		this.readOnly = readOnly;
	}

	/**
	 * Return a failure that says which right is missing, or the failure itself if no
	 * right to the history is missing. Never throws.
	 */
	RuntimeException explain(RuntimeException failure) {
		if (!DatabaseCondition.MISSING_RIGHT.isIn(failure) || isOfAScript(failure)) {
			return failure;
		}
		List<HistoryRightException> found = new ArrayList<>();
		try {
			this.connections.lend(this.target, (connection) -> {
				SQLException answer = ask(connection);
				if (answer != null) {
					connection.rollback();
					found.add(describe(connection, answer, failure));
				}
			});
		}
		catch (SQLException | RuntimeException ex) {
			failure.addSuppressed(ex);
		}
		return found.isEmpty() ? failure : found.get(0);
	}

	private static boolean isOfAScript(Throwable failure) {
		return FailedMigration.in(failure) != null;
	}

	/**
	 * Try statements that change no row, and return the error if a right is missing.
	 */
	private @Nullable SQLException ask(Connection connection) throws SQLException {
		String table = HistoryRows.table(this.target, connection);
		try (Statement statement = connection.createStatement()) {
			statement.execute("select 1 from " + table + " where 1 = 0");
			if (!this.readOnly) {
				statement.execute("insert into " + table + " select * from " + table + " where 1 = 0");
			}
			return null;
		}
		catch (SQLException ex) {
			if (DatabaseCondition.MISSING_RIGHT.isMeantBy(ex)) {
				return ex;
			}
			throw ex;
		}
	}

	private HistoryRightException describe(Connection connection, SQLException answer, RuntimeException failure)
			throws SQLException {
		String table = HistoryRows.typed(this.target, connection);
		String user = this.connections.grantee(connection);
		List<String> statements = new ArrayList<>();
		String schema = HistoryRows.schema(this.target, connection);
		if (schema != null && !mayUse(connection, schema)) {
			statements.add("grant usage on schema " + table.substring(0, table.lastIndexOf(this.target.table()) - 2)
					+ " to " + user);
		}
		statements.add("grant " + (this.readOnly ? "select" : "select, insert, update, delete") + " on " + table
				+ " to " + user);
		return new HistoryRightException(table, user, this.readOnly, DatabaseAnswer.in(answer), statements, failure);
	}

	/**
	 * Only PostgreSQL has a right to a schema.
	 */
	private static boolean mayUse(Connection connection, String schema) throws SQLException {
		if (!"PostgreSQL".equals(connection.getMetaData().getDatabaseProductName())) {
			return true;
		}
		try (PreparedStatement statement = connection.prepareStatement("select has_schema_privilege(?, 'usage')")) {
			statement.setString(1, schema);
			try (ResultSet result = statement.executeQuery()) {
				return !result.next() || result.getBoolean(1);
			}
		}
	}

}
