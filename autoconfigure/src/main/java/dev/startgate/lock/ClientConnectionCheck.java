package dev.startgate.lock;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.startgate.sql.Queries;
import org.jspecify.annotations.Nullable;

/**
 * Makes PostgreSQL check during a statement whether the client is still there, with
 * {@code client_connection_check_interval}.
 */
final class ClientConnectionCheck {

	private static final String SET = "select current_setting('client_connection_check_interval'),"
			+ " set_config('client_connection_check_interval', '500', false)";

	private static final String RESTORE = "select set_config('client_connection_check_interval', ?, false)";

	private static final int SINCE = 14;

	/** On some systems, such as Windows, the server accepts nothing but 0. */
	private static final String REFUSED = "22023";

	private volatile boolean accepted = true;

	/** The setting of each session before, which its pool may have made once for all. */
	private final Map<DatabaseSession, String> before = new ConcurrentHashMap<>();

	/**
	 * Begin to check, unless a transaction may be open: its rollback would undo the
	 * setting.
	 */
	void begin(Connection connection, DatabaseSession session) throws SQLException {
		if (connection.getAutoCommit() && isKnown(connection)) {
			try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(SET)) {
				row.next();
				this.before.putIfAbsent(session, row.getString(1));
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
	void end(Connection connection, DatabaseSession session) throws SQLException {
		boolean autoCommit = connection.getAutoCommit();
		if (!autoCommit && hasChanged(connection)) {
			return;
		}
		if (!autoCommit) {
			connection.rollback();
			connection.setAutoCommit(true);
		}
		restore(connection, this.before.remove(session));
		if (!autoCommit) {
			connection.setAutoCommit(false);
		}
	}

	/** A failed transaction has no changes: it can only be rolled back. */
	private static boolean hasChanged(Connection connection) {
		try {
			return Queries.number(connection, "select txid_current_if_assigned()") != 0;
		}
		catch (SQLException ex) {
			return false;
		}
	}

	private boolean isKnown(Connection connection) throws SQLException {
		return this.accepted && connection.getMetaData().getDatabaseMajorVersion() >= SINCE;
	}

	/**
	 * Also if there is nothing to restore, a statement shows whether the session is
	 * there.
	 */
	private static void restore(Connection connection, @Nullable String setting) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement((setting != null) ? RESTORE : "select 1")) {
			if (setting != null) {
				statement.setString(1, setting);
			}
			statement.execute();
		}
	}

}
