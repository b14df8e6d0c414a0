package dev.startgate.flyway.ddl;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import dev.startgate.coordination.StartAbandonedException;
import dev.startgate.flyway.resume.Token;
import dev.startgate.gate.Pause;
import dev.startgate.gate.StartExecutors;
import dev.startgate.sql.DatabaseCondition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The statements of one migration. A statement that takes strong locks waits for them for
 * a limited time, then steps back, lets traffic through, and tries again.
 */
public final class PatientStatements {

	private static final Logger logger = LoggerFactory.getLogger(PatientStatements.class);

	private final String migration;

	private final Connection connection;

	private final LockReport report;

	private final Means means;

	private final Consumer<@Nullable String> shown;

	private final BooleanSupplier repeatable;

	private volatile List<Blocker> blockers = List.of();

	/** The session of the connection, 0 before the first limited statement. */
	private long session;

	private @Nullable StrongLocks locks;

	private boolean asked;

	/**
	 * Create the statements of a migration that begins.
	 * @param migration the migration, for people
	 * @param connection its connection, without any wrapper that watches it
	 * @param report hears when statements begin, and when their locks are released
	 * @param shown takes the sessions that block it, {@code null} once the wait is over
	 * @param repeatable whether all of the migration can be rolled back and run again
	 */
	public PatientStatements(String migration, Connection connection, LockReport report,
			Consumer<@Nullable String> shown, BooleanSupplier repeatable) {
		this.migration = migration;
		this.connection = connection;
		this.report = report;
		this.means = report.means();
		this.shown = shown;
		this.repeatable = repeatable;
	}

	/**
	 * Execute a statement.
	 * @param sql its text
	 * @param call executes it
	 * @return what the call returns
	 * @throws LockWaitGivenUpException if it does not get its lock
	 * @throws EarlierLocksException if all of the migration is to be tried again
	 */
	public @Nullable Object execute(String sql, Call call) throws Throwable {
		StrongLocks locks = locks();
		List<Token> tokens = (locks != null) ? locks.scan(sql) : List.of();
		if (locks != null && !locks.isRepeatable()) {
			this.means.waits().onlyOnce();
		}
		this.report.executes();
		Object result = (locks != null && locks.areTakenBy(sql, tokens)) ? execute(locks, tokens, call) : call.run();
		if (this.connection.getAutoCommit()) {
			this.report.released();
		}
		return result;
	}

	/**
	 * A statement begins that takes no strong locks.
	 */
	public void changesRows() {
		this.report.executes();
	}

	private @Nullable StrongLocks locks() throws SQLException {
		if (!this.asked && this.means.waits().patience().isLimited()) {
			this.locks = this.means.databases().of(this.connection);
			this.asked = true;
		}
		return this.locks;
	}

	private @Nullable Object execute(StrongLocks locks, List<Token> tokens, Call call) throws Throwable {
		String subject = this.migration + " (" + Statements.shown(tokens) + ")";
		LockWaits waits = this.means.waits();
		while (true) {
			this.report.ensureHeld();
			waits.attempts();
			this.report.executes();
			LockAttempt attempt = locks.attempt(this.connection, waits.patience().lockTimeout());
			Object result;
			try (BlockerWatch watch = watch(locks, tokens)) {
				result = call.run();
				attempt.succeeded();
			}
			catch (SQLException ex) {
				Duration pause = attempt.isRefused(ex) ? null : missed(subject, locks, attempt, ex);
				attempt.stepBack();
				if (pause == null) {
					ended();
					return call.run();
				}
				pause(subject, pause);
				continue;
			}
			ended();
			return result;
		}
	}

	/**
	 * The limited waits of the statement are over.
	 */
	private void ended() {
		this.means.waits().ended();
		this.shown.accept(null);
	}

	/**
	 * Decide what follows an attempt that failed. If this throws, a PostgreSQL
	 * transaction of the migration stays failed: a migration that catches the exception
	 * can't go on without the statement.
	 * @return how long traffic is let through, {@code null} if the next attempt waits
	 * without a limit
	 */
	private @Nullable Duration missed(String subject, StrongLocks locks, LockAttempt attempt, SQLException failure)
			throws SQLException {
		try {
			if (!DatabaseCondition.LOCK_NOT_AVAILABLE.isMeantBy(failure)) {
				throw failure;
			}
			LockWaits waits = this.means.waits();
			boolean keeps = areKept(locks);
			if (keeps && (waits.isOnlyOnce() || !this.repeatable.getAsBoolean())) {
				waits.waitsOn(subject, this.blockers, failure);
				return null;
			}
			Duration pause = waits.missed(subject, this.blockers, failure);
			this.shown.accept(LockWaits.of(this.blockers));
			if (keeps) {
				waits.asWhole();
				throw new EarlierLocksException(subject, pause, failure);
			}
			return pause;
		}
		catch (SQLException | EarlierLocksException ex) {
			attempt.failed();
			if (ex instanceof SQLException) {
				ended();
			}
			throw ex;
		}
	}

	/**
	 * Behind a pooler each attempt may have another session. A look right after the
	 * database has given up finds no wait: the blockers of an earlier look are kept.
	 */
	private BlockerWatch watch(StrongLocks locks, List<Token> tokens) throws SQLException {
		if (this.session == 0 || !this.report.sessions().isExclusive()) {
			this.session = locks.session(this.connection);
		}
		this.blockers = List.of();
		return BlockerWatch.begin(this.means.threads(), this.means.waits().patience().lockTimeout(),
				this.report.sessions(), locks, this.session, tokens, (seen) -> {
					this.blockers = (seen != null) ? seen : this.blockers;
					this.shown.accept((seen != null) ? LockWaits.of(seen) : null);
				});
	}

	private boolean areKept(StrongLocks locks) {
		AtomicBoolean kept = new AtomicBoolean(true);
		try {
			this.report.sessions().ask((asking) -> kept.set(locks.areKept(asking, this.session)));
		}
		catch (RuntimeException ex) {
			logger.debug("Could not see which locks are kept", ex);
		}
		return kept.get();
	}

	private void pause(String subject, Duration pause) {
		try {
			this.means.pause().pause(pause);
			this.means.waits().paused(pause);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new StartAbandonedException("waiting for a lock of " + subject, ex);
		}
	}

	/**
	 * What is needed to wait.
	 *
	 * @param waits how long the migration has waited
	 * @param databases knows the database
	 * @param pause lets traffic through
	 * @param threads look which sessions block a statement
	 */
	public record Means(LockWaits waits, StrongLockDatabases databases, Pause pause, StartExecutors threads) {
	}

	/**
	 * Executes a statement.
	 */
	@FunctionalInterface
	public interface Call {

		/**
		 * Execute it, perhaps once more.
		 * @return what it returns
		 * @throws Throwable if it has failed
		 */
		@Nullable Object run() throws Throwable;

	}

}
