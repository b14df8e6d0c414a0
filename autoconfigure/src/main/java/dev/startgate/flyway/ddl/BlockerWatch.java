package dev.startgate.flyway.ddl;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.startgate.coordination.WorkSessions;
import dev.startgate.flyway.resume.Token;
import dev.startgate.gate.StartExecutors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, half way through an attempt, which sessions block it. After the attempt the
 * database no longer knows. If the statement is still running later, it may have its lock
 * or wait for the next one: so the watch looks again.
 */
final class BlockerWatch implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(BlockerWatch.class);

	/** The shortest time between two looks. */
	private static final Duration SHORTEST = Duration.ofSeconds(1);

	private final StartExecutors threads;

	private final WorkSessions sessions;

	private final StrongLocks locks;

	private final long session;

	private final List<Token> statement;

	private final Consumer<@Nullable List<Blocker>> seen;

	private @Nullable Future<?> timer;

	private boolean closed;

	private BlockerWatch(StartExecutors threads, WorkSessions sessions, StrongLocks locks, long session,
			List<Token> statement, Consumer<@Nullable List<Blocker>> seen) {
		this.threads = threads;
		this.sessions = sessions;
		this.locks = locks;
		this.session = session;
		this.statement = statement;
		this.seen = seen;
	}

	/**
	 * Begin to watch an attempt.
	 * @param limit how long it waits
	 * @param seen takes the blockers, or {@code null} if the attempt does not wait; not
	 * called after the attempt has ended
	 */
	static BlockerWatch begin(StartExecutors threads, Duration limit, WorkSessions sessions, StrongLocks locks,
			long session, List<Token> statement, Consumer<@Nullable List<Blocker>> seen) {
		BlockerWatch watch = new BlockerWatch(threads, sessions, locks, session, statement, seen);
		watch.lookIn(limit.dividedBy(2));
		return watch;
	}

	private synchronized void lookIn(Duration delay) {
		if (!this.closed) {
			try {
				this.timer = this.threads.timers()
					.schedule(() -> this.threads.workers().execute(() -> look(delay)), delay.toMillis(),
							TimeUnit.MILLISECONDS);
			}
			catch (RejectedExecutionException ex) {
				logger.debug("The start is over", ex);
			}
		}
	}

	private void look(Duration delay) {
		try {
			this.sessions.ask((asking) -> tell(this.locks.blockers(asking, this.session, this.statement)));
			lookIn((delay.compareTo(SHORTEST) > 0) ? delay : SHORTEST);
		}
		catch (RuntimeException ex) {
			// the failure has broken the connection of the lease, and another look might
			// do so again
			logger.debug("Could not see for whom a statement waits", ex);
		}
	}

	private synchronized void tell(@Nullable List<Blocker> blockers) {
		if (!this.closed) {
			this.seen.accept(blockers);
		}
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		if (this.timer != null) {
			this.timer.cancel(false);
		}
	}

}
