package dev.startgate.lock;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The parts of the lock that differ by database.
 */
interface LockDatabase {

	/**
	 * Return an expression for the database's time, in the time zone that ShedLock uses.
	 * @return an SQL expression
	 */
	String now();

	/**
	 * Return a statement that runs an update and commits the transaction, in one round
	 * trip. Its result is the number of updated rows.
	 * @param update the update
	 * @return the statement, {@code null} if there is none
	 */
	default @Nullable String andCommit(String update) {
		return null;
	}

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
		return TableColumns.read(connection, schema, table);
	}

	/**
	 * Make sure that this user can change the database, as far as the database tells.
	 * @param connection a connection
	 * @throws ReadOnlyDatabaseException if a setting keeps this user or this connection
	 * from changing it
	 * @throws dev.startgate.coordination.DatabaseUnreachableException if the server lets
	 * nobody change it, such as a standby
	 * @throws SQLException if that can't be found out
	 */
	default void ensureWritable(Connection connection) throws SQLException {
	}

	/**
	 * Return the user of a connection.
	 * @param connection a connection
	 * @return the user, as a grant names it
	 * @throws SQLException if that can't be found out
	 */
	default String grantee(Connection connection) throws SQLException {
		return '"' + connection.getMetaData().getUserName() + '"';
	}

	/**
	 * Return whether the user of a connection may create tables in a schema, as far as
	 * the database tells in one answer.
	 * @param connection a connection
	 * @param schema the name of the schema
	 * @return {@code false} if it is known that the user may not
	 * @throws SQLException if that can't be found out
	 */
	default boolean mayCreateTables(Connection connection, String schema) throws SQLException {
		return true;
	}

	/**
	 * Return whether there is a schema.
	 * @param connection a connection
	 * @param schema the name of the schema
	 * @return whether it is there, as far as the user is allowed to know
	 * @throws SQLException if that can't be found out
	 */
	default boolean hasSchema(Connection connection, String schema) throws SQLException {
		try (ResultSet schemas = connection.getMetaData().getSchemas()) {
			while (schemas.next()) {
				if (schema.equals(schemas.getString("TABLE_SCHEM"))) {
					return true;
				}
			}
			return false;
		}
	}

	/**
	 * Return whether the user has no right to a table whose columns can't be seen. Such a
	 * table may exist or not.
	 * @param connection a connection of that user
	 * @param table the qualified name of the table
	 * @return whether the user may not read it
	 * @throws SQLException if that can't be found out
	 */
	default boolean hides(Connection connection, String table) throws SQLException {
		return false;
	}

	/**
	 * Return the statement that lets a user create tables in a schema and migrate it.
	 * @param schema the quoted name of the schema
	 * @param user the user, as a grant names it
	 * @return the statement
	 */
	default String creationGrant(String schema, String user) {
		return "grant create on schema " + schema + " to " + user;
	}

	/**
	 * Return the statements that let a user refer to the tables of a schema.
	 * @param connection a connection of that user
	 * @param schema the name of the schema
	 * @param user the user, as a grant names it
	 * @return the statements, none if the user already may
	 * @throws SQLException if that can't be found out
	 */
	default List<String> usageGrants(Connection connection, String schema, String user) throws SQLException {
		return List.of();
	}

	/**
	 * Return the statements that create a schema in which a user may create tables.
	 * @param schema the quoted name of the schema
	 * @param user the user, as a grant names it
	 * @return the statements
	 */
	default List<String> newSchema(String schema, String user) {
		return List.of("create schema " + schema);
	}

	/**
	 * Try to get the sole right to create the tables of the lock, without waiting.
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
	 * Return access to the sessions of this database.
	 * @return the sessions, {@code null} if they can neither be seen nor ended
	 */
	@Nullable Sessions sessions();

	/**
	 * Return the channel by which this database announces the release of a lock.
	 * @return the channel, {@code null} if there is none
	 */
	default @Nullable ReleaseChannel releases() {
		return null;
	}

	/**
	 * Return the clause with which a query locks its rows without waiting. If another
	 * session has locked a row, the query fails or leaves that row out.
	 * @return the end of a query, empty if there is no such clause
	 */
	default String exclusively() {
		return "";
	}

	/**
	 * Return the clause with which a query keeps others from changing its rows, until the
	 * transaction of a connection ends.
	 * @param connection the connection
	 * @return the end of a query, empty if there is no transaction, or no such lock
	 * @throws SQLException if that can't be found out
	 */
	default String shared(Connection connection) throws SQLException {
		return "";
	}

}
