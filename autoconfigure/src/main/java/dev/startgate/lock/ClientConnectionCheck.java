package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Lets PostgreSQL look whether the client is still there while it executes a statement:
 * {@code client_connection_check_interval}.
 */
final class ClientConnectionCheck {

	private static final String SET = "set client_connection_check_interval = 500";

	/** To 0, the default, which is never. */
	private static final String RESET = "reset client_connection_check_interval";

	private static final int SINCE = 14;

	/** On some systems, such as Windows, the server accepts nothing but 0. */
	private static final String REFUSED = "22023";

	private volatile boolean accepted = true;

	/**
	 * Begin to look, unless a transaction may be open: the setting would go with it.
	 */
	void begin(Connection connection) throws SQLException {
		if (connection.getAutoCommit() && isKnown(connection)) {
			try {
				execute(connection, SET);
			}
			catch (SQLException ex) {
				if (!REFUSED.equals(ex.getSQLState())) {
					throw ex;
				}
				this.accepted = false;
			}
		}
	}

	/**
	 * End it on a connection that goes back to a pool. What a transaction has changed is
	 * for the pool to commit or to roll back: then the setting stays.
	 * @throws SQLException if the session can't be reached
	 */
	void end(Connection connection) throws SQLException {
		boolean autoCommit = connection.getAutoCommit();
		if (!autoCommit && hasChanged(connection)) {
			return;
		}
		if (!autoCommit) {
			connection.rollback();
			connection.setAutoCommit(true);
		}
		execute(connection, isKnown(connection) ? RESET : "select 1");
		if (!autoCommit) {
			connection.setAutoCommit(false);
		}
	}

	/** One that has failed can only be rolled back. */
	private static boolean hasChanged(Connection connection) {
		try {
			return SqlFailures.queryForLong(connection, "select txid_current_if_assigned()") != 0;
		}
		catch (SQLException ex) {
			return false;
		}
	}

	private boolean isKnown(Connection connection) throws SQLException {
		return this.accepted && connection.getMetaData().getDatabaseMajorVersion() >= SINCE;
	}

	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
