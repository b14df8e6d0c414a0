package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * What differs by database.
 */
interface LockDatabase {

	/**
	 * Return an expression for the database's time, of the zone that ShedLock writes.
	 * @return an SQL expression
	 */
	String now();

	/**
	 * Return the type of a column for {@link #now()}.
	 * @return an SQL type
	 */
	String timestampType();

	/**
	 * Return the schema of a new connection.
	 * @param connection a connection
	 * @return its schema
	 * @throws SQLException if that can't be found out
	 */
	default @Nullable String currentSchema(Connection connection) throws SQLException {
		return connection.getSchema();
	}

	/**
	 * Return the columns of a table.
	 * @param connection a connection
	 * @param schema the schema of the table
	 * @param table the table
	 * @return the names in lower case, empty if there is no such table
	 * @throws SQLException if that can't be found out
	 */
	default TableColumns columns(Connection connection, String schema, String table) throws SQLException {
		return TableColumns.read(connection, null, schema, table);
	}

	/**
	 * Try to become the only one who creates the tables of the lock, without waiting.
	 * @param connection the connection that this right belongs to
	 * @param name the name of the right
	 * @return whether this connection has the right now
	 * @throws SQLException if that can't be found out
	 */
	boolean tryEnterCreation(Connection connection, String name) throws SQLException;

	/**
	 * Give up the right to create the tables.
	 * @param connection the connection that has the right
	 * @param name the name of the right
	 * @throws SQLException if that fails
	 */
	void leaveCreation(Connection connection, String name) throws SQLException;

	/**
	 * Return the number of a connection's session in the database.
	 * @param connection the connection
	 * @return the number, {@code null} if sessions can't be ended here
	 * @throws SQLException if that can't be found out
	 */
	@Nullable Long sessionId(Connection connection) throws SQLException;

	/**
	 * End a session, whatever it is doing.
	 * @param connection another connection
	 * @param sessionId the number of the session
	 * @throws SQLException if it can't be ended
	 */
	void endSession(Connection connection, long sessionId) throws SQLException;

}
