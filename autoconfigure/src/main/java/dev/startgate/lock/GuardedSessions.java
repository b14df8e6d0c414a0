package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions that work under a lease, and are ended when it is lost: first in the
 * database, so that their statements stop there too, then in this process. A database
 * that does not answer holds up neither.
 */
final class GuardedSessions {

	private static final Logger logger = LoggerFactory.getLogger(GuardedSessions.class);

	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private final LockDatabase database;

	private final LeaseConnection lease;

	private final Map<Connection, Optional<Long>> sessions = new IdentityHashMap<>();

	/**
	 * Create an empty set of sessions.
	 * @param database ends sessions
	 * @param lease the connection to end them with, which may hang at that moment
	 */
	GuardedSessions(LockDatabase database, LeaseConnection lease) {
		this.database = database;
		this.lease = lease;
	}

	/**
	 * Add a connection. Its database is asked without the monitor: the answer may never
	 * come, and the connection is to be ended nevertheless.
	 */
	void add(Connection connection) {
		synchronized (this.sessions) {
			if (this.sessions.putIfAbsent(connection, Optional.empty()) != null) {
				return;
			}
		}
		Optional<Long> sessionId = sessionId(connection);
		synchronized (this.sessions) {
			this.sessions.replace(connection, sessionId);
		}
	}

	private Optional<Long> sessionId(Connection connection) {
		try {
			return Optional.ofNullable(this.database.sessionId(connection));
		}
		catch (SQLException ex) {
			logger.debug("Could not find out the session of a connection", ex);
			return Optional.empty();
		}
	}

	/**
	 * End all sessions.
	 * @return whether none of them can be at work in the database any more
	 */
	boolean end() {
		Map<Connection, Optional<Long>> all;
		synchronized (this.sessions) {
			all = new IdentityHashMap<>(this.sessions);
			this.sessions.clear();
		}
		if (all.isEmpty()) {
			return true;
		}
		CompletableFuture<Boolean> ended = new CompletableFuture<>();
		Thread thread = new Thread(() -> ended.complete(endInDatabase(all.values())), "startgate-end");
		thread.setDaemon(true);
		thread.start();
		boolean certain = ended.completeOnTimeout(false, PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
		all.keySet().forEach(GuardedSessions::endHere);
		return certain;
	}

	private boolean endInDatabase(Collection<Optional<Long>> sessionIds) {
		this.lease.discard();
		boolean ended = true;
		for (Optional<Long> sessionId : sessionIds) {
			ended &= sessionId.isPresent() && endInDatabase(sessionId.get());
		}
		return ended;
	}

	private boolean endInDatabase(long sessionId) {
		try {
			this.database.endSession(this.lease.getConnection(), sessionId);
			return true;
		}
		catch (SQLException | RuntimeException ex) {
			logger.warn("Could not end session {} in the database: {}", sessionId, ex.getMessage());
			return false;
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
