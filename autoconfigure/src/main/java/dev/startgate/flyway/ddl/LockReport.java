package dev.startgate.flyway.ddl;

import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.startgate.coordination.Lease;
import dev.startgate.coordination.WorkSessions;
import dev.startgate.flyway.ddl.PatientStatements.Means;
import dev.startgate.gate.Gate;
import dev.startgate.gate.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports the strong locks that the migrations of one run held on tables, and for how
 * long. The session of the lease looks from time to time, and only while a transaction
 * takes long: a quick migration costs nothing. The statements give the time when a lock
 * was taken, the end of the transaction the time when it was released.
 */
public final class LockReport implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(LockReport.class);

	private static final Duration FIRST_LOOK = Duration.ofMillis(200);

	private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(1);

	private final WorkSessions sessions;

	private final Runnable ensureHeld;

	private final Means means;

	private final Time time;

	private final boolean rehearses;

	private final LockHolds holds;

	private @Nullable Future<?> timer;

	private @Nullable Long session;

	private String migration = "";

	private long began;

	private long lookedAt;

	/** When the first statement after the last look began. */
	private @Nullable Long executedFirst;

	private long executedLast;

	private int releases;

	/** Whether each statement is a transaction of its own. */
	private volatile boolean alone;

	private final AtomicBoolean looking = new AtomicBoolean();

	/**
	 * Create the report of a run that begins.
	 * @param lease the lease
	 * @param means what is needed to look
	 * @param gate keeps the report
	 * @param time the time
	 */
	public LockReport(Lease lease, Means means, Gate gate, Time time) {
		this(lease.sessions(), lease::ensureHeld, means, gate, time, false);
	}

	private LockReport(WorkSessions sessions, Runnable ensureHeld, Means means, Gate gate, Time time,
			boolean rehearses) {
		this.sessions = sessions;
		this.ensureHeld = ensureHeld;
		this.means = means;
		this.time = time;
		this.rehearses = rehearses;
		this.holds = new LockHolds(gate, time, rehearses);
	}

	/**
	 * Create the report of a run that will be rolled back. It reports all strong locks,
	 * and each of them once.
	 * @param sessions ask the database
	 * @param means what is needed to look
	 * @param gate keeps the report
	 * @param time the time
	 * @return the report
	 */
	public static LockReport ofRehearsal(WorkSessions sessions, Means means, Gate gate, Time time) {
		return new LockReport(sessions, () -> {
		}, means, gate, time, true);
	}

	WorkSessions sessions() {
		return this.sessions;
	}

	void ensureHeld() {
		this.ensureHeld.run();
	}

	Means means() {
		return this.means;
	}

	/**
	 * A migration begins, perhaps in the transaction of the one before.
	 * @param next the migration, for people
	 * @param connection its connection, without any wrapper that watches it
	 */
	public synchronized void begins(String next, Connection connection) {
		this.migration = next;
		this.alone = false;
		if (this.session == null) {
			this.holds.tell();
			this.session = this.sessions.number(connection);
			this.began = this.time.nanoTime();
			this.lookedAt = this.began;
			this.executedFirst = null;
		}
		if (this.timer == null && this.session != null) {
			try {
				this.timer = this.means.threads()
					.timers()
					.scheduleWithFixedDelay(this::tick, FIRST_LOOK.toMillis(), FIRST_LOOK.toMillis(),
							TimeUnit.MILLISECONDS);
			}
			catch (RejectedExecutionException ex) {
				logger.debug("The start is over", ex);
			}
		}
	}

	/**
	 * A statement begins.
	 */
	synchronized void executes() {
		this.executedLast = this.time.nanoTime();
		if (this.executedFirst == null) {
			this.executedFirst = this.executedLast;
		}
	}

	/**
	 * A statement that was a transaction of its own has ended.
	 */
	synchronized void released() {
		this.holds.released();
		this.releases++;
		this.alone = true;
	}

	/**
	 * A migration has ended. Its transaction, if it has one, is about to end.
	 */
	public void ends() {
		if (this.rehearses || this.time.since(this.began).compareTo(FIRST_LOOK) > 0) {
			look();
		}
		if (this.alone) {
			committed();
		}
	}

	/**
	 * The transaction was committed, so that it is not tried again.
	 */
	public synchronized void committed() {
		if (!this.rehearses) {
			this.means.waits().reset();
		}
		over();
	}

	private void over() {
		released();
		this.holds.tell();
		this.session = null;
	}

	@Override
	public synchronized void close() {
		over();
		if (this.timer != null) {
			this.timer.cancel(false);
		}
	}

	private synchronized void tick() {
		Duration tenth = this.time.since(this.began).dividedBy(10);
		Duration interval = (tenth.compareTo(FIRST_LOOK) < 0) ? FIRST_LOOK
				: (tenth.compareTo(LONGEST_INTERVAL) < 0) ? tenth : LONGEST_INTERVAL;
		if (this.session != null && this.time.since(this.lookedAt).compareTo(interval) >= 0
				&& this.looking.compareAndSet(false, true)) {
			this.means.threads().workers().execute(this::look);
		}
	}

	private void look() {
		Look look = begin();
		try {
			if (look != null) {
				this.sessions.ask((asking) -> {
					StrongLocks locks = this.means.databases().of(asking);
					seen(look, (locks != null) ? locks.held(asking, look.session()) : List.of());
				});
			}
		}
		catch (RuntimeException ex) {
			logger.debug("Could not see what a migration has locked", ex);
		}
		finally {
			this.looking.set(false);
		}
	}

	private synchronized @Nullable Look begin() {
		return (this.session != null) ? new Look(this.session, this.time.nanoTime(), this.releases) : null;
	}

	private synchronized void seen(Look look, List<TableLock> locks) {
		if (look.releases() != this.releases || this.session == null) {
			return;
		}
		long taken = (this.executedFirst != null) ? this.executedFirst : this.lookedAt;
		this.holds.seen(this.migration, locks, look.at(), taken);
		this.lookedAt = look.at();
		this.executedFirst = (this.executedLast > look.at()) ? this.executedLast : null;
	}

	/**
	 * One look.
	 *
	 * @param session the session that has the locks
	 * @param at when it began
	 * @param releases how often locks had been released by then
	 */
	private record Look(long session, long at, int releases) {
	}

}
