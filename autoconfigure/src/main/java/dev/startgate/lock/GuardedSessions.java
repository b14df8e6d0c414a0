package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.IdentityHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions that work under a lease, and are ended when it is lost: first in the
 * database, so that their statements stop there too, then in this process.
 */
final class GuardedSessions {

	private static final Logger logger = LoggerFactory.getLogger(GuardedSessions.class);

	private final LockDatabase database;

	private final LeaseConnection lease;

	private final Map<Connection, @Nullable Long> sessions = new IdentityHashMap<>();

	/**
	 * Create an empty set of sessions.
	 * @param database ends sessions
	 * @param lease the connection to end them with, which may hang at that moment
	 */
	GuardedSessions(LockDatabase database, LeaseConnection lease) {
		this.database = database;
		this.lease = lease;
	}

	synchronized void add(Connection connection) {
		if (this.sessions.containsKey(connection)) {
			return;
		}
		try {
			this.sessions.put(connection, this.database.sessionId(connection));
		}
		catch (SQLException ex) {
			logger.debug("Could not find out the session of a connection", ex);
			this.sessions.put(connection, null);
		}
	}

	synchronized void end() {
		this.lease.discard();
		this.sessions.forEach((connection, sessionId) -> {
			if (sessionId != null) {
				endInDatabase(sessionId);
			}
			endHere(connection);
		});
		this.sessions.clear();
	}

	private void endInDatabase(long sessionId) {
		try {
			this.database.endSession(this.lease.getConnection(), sessionId);
		}
		catch (SQLException ex) {
			logger.warn("Could not end session {} in the database: {}", sessionId, ex.getMessage());
		}
	}

	private static void endHere(Connection connection) {
		try {
			connection.abort(Runnable::run);
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("Could not abort a connection", ex);
		}
	}

}
