package dev.startgate.coordination;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Opens the lock of a schema, and what is recorded beside it, as a port.
 */
public interface LockFactory {

	/**
	 * Open the lock, which creates its tables if they are not there yet.
	 * @param target what is to be locked
	 * @return the lock, to be closed
	 * @throws DatabaseUnreachableException if the database can't be reached at the moment
	 */
	Lock open(ProtectedSchema target);

	/**
	 * Return which versions of metadata are recorded as applied.
	 * @param target where they are recorded
	 * @return the record
	 */
	AppliedVersions appliedVersions(ProtectedSchema target);

	/**
	 * Lend a connection of Startgate's own, which the application's pool can't withhold.
	 * Changes that are not committed on it are rolled back.
	 * @param target where to connect to
	 * @param use what is done with it, in a transaction
	 * @throws SQLException if there is no connection
	 */
	void lend(ProtectedSchema target, Use use) throws SQLException;

	/**
	 * Return the user of a connection.
	 * @param connection the connection
	 * @return the user, as a grant names it
	 * @throws SQLException if that can't be found out
	 */
	String grantee(Connection connection) throws SQLException;

	/**
	 * What is done with a connection.
	 */
	@FunctionalInterface
	interface Use {

		/**
		 * Use the connection.
		 * @param connection the connection
		 * @throws SQLException if the connection fails
		 */
		void on(Connection connection) throws SQLException;

	}

}
