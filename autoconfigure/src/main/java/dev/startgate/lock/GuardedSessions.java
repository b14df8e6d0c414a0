package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.startgate.gate.StartExecutors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions that work under a lease. When it is lost they are ended, first in the
 * database, so that their statements stop there too, then in this process. A database
 * that does not answer delays each step by a second at most.
 */
final class GuardedSessions {

	private static final Logger logger = LoggerFactory.getLogger(GuardedSessions.class);

	/** What MariaDB's driver answers if it notices by itself. */
	private static final String DRIVER_RECONNECTED = "25S03";

	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private final @Nullable Sessions database;

	private final LockSession lease;

	private final HeldRows rows;

	private final Map<Connection, Optional<DatabaseSession>> sessions = new IdentityHashMap<>();

	private volatile @Nullable BlockedListener listener;

	/**
	 * Create an empty set of sessions.
	 * @param database ends sessions, if it can
	 * @param lease the connection to end them with, which may hang at that moment
	 * @param rows where each session is recorded before it works
	 */
	GuardedSessions(@Nullable Sessions database, LockSession lease, HeldRows rows) {
		this.database = database;
		this.lease = lease;
		this.rows = rows;
	}

	/**
	 * Add a connection. The monitor is not held while its database is asked: the answer
	 * may never come, and {@link #end} must still be able to end the connection.
	 */
	void add(Connection connection) {
		synchronized (this.sessions) {
			if (this.sessions.putIfAbsent(connection, Optional.empty()) != null) {
				return;
			}
		}
		if (this.database != null && this.rows.isSessionExclusive()) {
			try {
				begin(this.database, connection);
			}
			catch (RuntimeException ex) {
				remove(connection);
				throw ex;
			}
		}
	}

	/**
	 * A session that can't be recorded must not work.
	 */
	private void begin(Sessions database, Connection connection) {
		try {
			DatabaseSession session = database.of(connection);
			database.mark(connection, session);
			synchronized (this.sessions) {
				this.sessions.replace(connection, Optional.of(session));
			}
			this.rows.add(session);
		}
		catch (SQLException ex) {
			throw SqlFailures.translate("find out the session of a connection", ex);
		}
	}

	/**
	 * Remove a connection that no longer works. If its session is lost, the record stays:
	 * a statement of that session may still run in the database.
	 */
	void remove(Connection connection) {
		Optional<DatabaseSession> session;
		synchronized (this.sessions) {
			session = this.sessions.getOrDefault(connection, Optional.empty());
			this.sessions.remove(connection);
		}
		if (this.database != null && session.isPresent()) {
			try {
				if (this.database.isStill(connection, session.get())) {
					this.database.unmark(connection, session.get());
					this.rows.remove(session.get());
				}
			}
			catch (SQLException | RuntimeException ex) {
				logger.debug("A session that has ended is still recorded", ex);
			}
		}
	}

	/**
	 * Make sure that a connection still has the session that is recorded.
	 * @throws SQLException if it has not
	 */
	void check(Connection connection) throws SQLException {
		Optional<DatabaseSession> session = session(connection);
		if (this.database != null && session.isPresent() && !this.database.isStill(connection, session.get())) {
			throw new SQLException("Session " + session.get().id() + " is lost, and its driver has connected again",
					DRIVER_RECONNECTED);
		}
	}

	@Nullable Long number(Connection connection) {
		return session(connection).map(DatabaseSession::id).orElse(null);
	}

	private Optional<DatabaseSession> session(Connection connection) {
		synchronized (this.sessions) {
			return this.sessions.getOrDefault(connection, Optional.empty());
		}
	}

	/**
	 * Set the listener. It knows of nothing yet: the next look tells it also what an
	 * earlier one has heard.
	 */
	void onBlocked(@Nullable Consumer<@Nullable String> listener) {
		this.listener = (listener != null) ? new BlockedListener(listener) : null;
	}

	/**
	 * Tell the listener which other sessions block these: a migration that hangs says
	 * nothing by itself. The database is asked only while there is a listener.
	 */
	synchronized void lookWhatBlocks() {
		List<DatabaseSession> own;
		synchronized (this.sessions) {
			own = this.sessions.values().stream().flatMap(Optional::stream).toList();
		}
		BlockedListener told = this.listener;
		Sessions database = this.database;
		if (told == null || database == null || own.isEmpty()) {
			return;
		}
		try {
			this.rows.ask((connection) -> {
				List<String> blocking = database.blocking(connection, own);
				if (this.listener == told) {
					told.tell(blocking);
				}
			});
		}
		catch (RuntimeException ex) {
			logger.debug("Could not see which sessions keep this one from going on", ex);
		}
	}

	/**
	 * End all sessions.
	 * @return whether none of them can be at work in the database any more
	 */
	boolean end() {
		Map<Connection, Optional<DatabaseSession>> all;
		synchronized (this.sessions) {
			all = new IdentityHashMap<>(this.sessions);
			this.sessions.clear();
		}
		if (all.isEmpty()) {
			return true;
		}
		CompletableFuture<Boolean> ended = new CompletableFuture<>();
		StartExecutors.daemon("end", () -> ended.complete(endInDatabase(all.values()))).start();
		boolean certain = ended.completeOnTimeout(false, PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
		endHere(all.keySet());
		return certain;
	}

	/**
	 * Abort connections, each on a thread of its own: MariaDB's driver first connects
	 * once more, to kill the session.
	 */
	private static void endHere(Collection<Connection> connections) {
		CompletableFuture<?>[] aborted = connections.stream().map((connection) -> {
			CompletableFuture<Boolean> future = new CompletableFuture<>();
			StartExecutors.daemon("abort", () -> {
				endHere(connection);
				future.complete(true);
			}).start();
			return future;
		}).toArray(CompletableFuture<?>[]::new);
		CompletableFuture.allOf(aborted).completeOnTimeout(null, PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
	}

	private boolean endInDatabase(Collection<Optional<DatabaseSession>> sessions) {
		this.lease.discard(null);
		boolean ended = true;
		for (Optional<DatabaseSession> session : sessions) {
			ended &= session.isPresent() && endInDatabase(session.get());
		}
		return ended;
	}

	private boolean endInDatabase(DatabaseSession session) {
		try {
			Objects.requireNonNull(this.database).end(this.lease.getConnection(), session);
			return true;
		}
		catch (SQLException | RuntimeException ex) {
			logger.warn("Could not end session {} in the database: {}", session.id(), SqlFailures.answer(ex));
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
