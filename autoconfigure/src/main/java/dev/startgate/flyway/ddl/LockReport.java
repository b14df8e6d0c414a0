package dev.startgate.flyway.ddl;

import java.sql.Connection;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.startgate.coordination.Lease;
import dev.startgate.flyway.ddl.PatientStatements.Means;
import dev.startgate.gate.Gate;
import dev.startgate.gate.HeldLock;
import dev.startgate.gate.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Tells with which locks the migrations of one run have kept others from their tables,
 * and for how long. The session of the lease looks from time to time, and only while a
 * transaction takes long: a quick migration costs nothing. When a lock was taken is known
 * from the statements, when it was released from the end of the transaction.
 */
public final class LockReport implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(LockReport.class);

	private static final Duration FIRST_LOOK = Duration.ofMillis(200);

	private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(1);

	private static final Duration TOLD = Duration.ofSeconds(1);

	private static final Duration TOO_LONG = Duration.ofSeconds(5);

	private static final int MOST = 5;

	private final Lease lease;

	private final Means means;

	private final Gate gate;

	private final Time time;

	private final Map<List<String>, LockHold> holds = new LinkedHashMap<>();

	private @Nullable Future<?> timer;

	private @Nullable Long session;

	private String migration = "";

	private long began;

	private long lookedAt;

	/** When the first statement after the last look began, if there is one. */
	private @Nullable Long executedFirst;

	private long executedLast;

	private int releases;

	private final AtomicBoolean looking = new AtomicBoolean();

	/**
	 * Create the report of a run that begins.
	 * @param lease the lease
	 * @param means what is needed to look
	 * @param gate where it is kept
	 * @param time the time
	 */
	public LockReport(Lease lease, Means means, Gate gate, Time time) {
		this.lease = lease;
		this.means = means;
		this.gate = gate;
		this.time = time;
	}

	Lease lease() {
		return this.lease;
	}

	Means means() {
		return this.means;
	}

	/**
	 * A migration begins, perhaps in the transaction of the one before.
	 * @param next the migration, for people
	 * @param connection its connection, on which nothing is watched
	 */
	public synchronized void begins(String next, Connection connection) {
		this.migration = next;
		if (this.session == null) {
			tell();
			this.session = this.lease.sessions().number(connection);
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
	 * A statement has ended that was a transaction.
	 */
	synchronized void released() {
		long now = this.time.nanoTime();
		this.holds.values().forEach((hold) -> hold.released(now));
		this.releases++;
	}

	/**
	 * A migration has ended, and its transaction is about to.
	 */
	public void ends() {
		this.means.waits().reset();
		boolean late;
		synchronized (this) {
			late = this.session != null && this.time.since(this.began).compareTo(FIRST_LOOK) > 0;
		}
		if (late) {
			look();
		}
	}

	/**
	 * The transaction has ended.
	 */
	public synchronized void committed() {
		released();
		tell();
		this.session = null;
	}

	@Override
	public synchronized void close() {
		committed();
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
				this.lease.sessions().ask((asking) -> {
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
		for (TableLock lock : locks) {
			this.holds.computeIfAbsent(List.of(lock.table(), lock.mode()), (key) -> new LockHold(this.migration, lock))
				.seen(look.at(), taken, lock.waiting());
		}
		this.holds.forEach((key, hold) -> {
			if (locks.stream().noneMatch((lock) -> List.of(lock.table(), lock.mode()).equals(key))) {
				hold.gone();
			}
		});
		this.lookedAt = look.at();
		this.executedFirst = (this.executedLast > look.at()) ? this.executedLast : null;
	}

	private void tell() {
		List<HeldLock> told = this.holds.values()
			.stream()
			.filter((hold) -> hold.total().compareTo(TOLD) >= 0
					&& this.holds.values().stream().noneMatch(hold::isCoveredBy))
			.sorted(Comparator.comparing(LockHold::total).reversed())
			.map((hold) -> hold.toHeldLock(this.time.instant()))
			.toList();
		told.stream().limit(MOST).forEach((lock) -> {
			this.gate.journal().held(lock);
			logger.atLevel((lock.held().compareTo(TOO_LONG) > 0) ? Level.WARN : Level.INFO).log(lock.describe());
		});
		if (told.size() > MOST) {
			logger.info("{} held strong locks on {} more tables", this.migration, told.size() - MOST);
		}
		this.holds.clear();
	}

	/**
	 * One look.
	 *
	 * @param session whose locks it is about
	 * @param at when it began
	 * @param releases how often locks had been released by then
	 */
	private record Look(long session, long at, int releases) {
	}

}
