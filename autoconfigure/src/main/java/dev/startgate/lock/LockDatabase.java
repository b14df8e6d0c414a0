package dev.startgate.lock;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

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
	 * Return a statement that also commits the transaction, in the same round trip. It
	 * returns how many rows were updated.
	 * @param update what it does before
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
	 * Make sure that the database can be changed, as far as it tells.
	 * @param connection a connection
	 * @throws ReadOnlyDatabaseException if a setting keeps this user from it
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
	 * Return whether a table without columns that can be seen is one that the user has no
	 * right to. It may be there or not.
	 * @param connection a connection of that user
	 * @param table the qualified name of the table
	 * @return whether the user may not read it
	 * @throws SQLException if that can't be found out
	 */
	default boolean hides(Connection connection, String table) throws SQLException {
		return false;
	}

	/**
	 * Return what lets a user create tables in a schema and migrate it.
	 * @param schema the quoted name of the schema
	 * @param user the user, as a grant names it
	 * @return the statement
	 */
	default String creationGrant(String schema, String user) {
		return "grant create on schema " + schema + " to " + user;
	}

	/**
	 * Return what lets a user name the tables of a schema.
	 * @param connection a connection of that user
	 * @param schema the name of the schema
	 * @param user the user, as a grant names it
	 * @return the statements, none if the user may
	 * @throws SQLException if that can't be found out
	 */
	default List<String> usageGrants(Connection connection, String schema, String user) throws SQLException {
		return List.of();
	}

	/**
	 * Return what creates a schema in which a user may create tables.
	 * @param schema the quoted name of the schema
	 * @param user the user, as a grant names it
	 * @return the statements
	 */
	default List<String> newSchema(String schema, String user) {
		return List.of("create schema " + schema);
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
	 * Return what this database tells of its sessions.
	 * @return the sessions, {@code null} if they can neither be seen nor ended
	 */
	@Nullable Sessions sessions();

	/**
	 * Return how this database tells of the release of a lock.
	 * @return the channel, {@code null} if it does not
	 */
	default @Nullable ReleaseChannel releases() {
		return null;
	}

	/**
	 * Return how a query locks its rows without waiting for others. A row that is locked
	 * is an error, or left out.
	 * @return the end of a query
	 */
	default String exclusively() {
		return "";
	}

	/**
	 * Return how a query keeps others from changing its rows, until the end of the
	 * transaction of a connection.
	 * @param connection the connection
	 * @return the end of a query, empty if there is no transaction, or no such lock
	 * @throws SQLException if that can't be found out
	 */
	default String shared(Connection connection) throws SQLException {
		return "";
	}

}
