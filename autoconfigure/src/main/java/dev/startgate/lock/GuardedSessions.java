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

	private final Map<Connection, @Nullable Long> sessions = new IdentityHashMap<>();

	GuardedSessions(LockDatabase database) {
		this.database = database;
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

	synchronized void end(LeaseConnection lease) {
		lease.discard();
		this.sessions.forEach((connection, sessionId) -> {
			if (sessionId != null) {
				endInDatabase(lease, sessionId);
			}
			endHere(connection);
		});
		this.sessions.clear();
	}

	private void endInDatabase(LeaseConnection lease, long sessionId) {
		try {
			this.database.endSession(lease.getConnection(), sessionId);
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
