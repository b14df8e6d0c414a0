package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Makes PostgreSQL check during a statement whether the client is still there, with
 * {@code client_connection_check_interval}.
 */
final class ClientConnectionCheck {

	private static final String SET = "set client_connection_check_interval = 500";

	/** To the default, which is 0 unless configured: no checks. */
	private static final String RESET = "reset client_connection_check_interval";

	private static final int SINCE = 14;

	/** On some systems, such as Windows, the server accepts nothing but 0. */
	private static final String REFUSED = "22023";

	private volatile boolean accepted = true;

	/**
	 * Begin to check, unless a transaction may be open: its rollback would undo the
	 * setting.
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
	 * End the check on a connection that goes back to a pool. If a transaction has
	 * changed something, the setting stays: the pool must commit that transaction or roll
	 * it back.
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

	/** A failed transaction has no changes: it can only be rolled back. */
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
