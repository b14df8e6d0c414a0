package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.coordination.HolderNotes;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.LeaseLostException;
import dev.startgate.coordination.LockFactory.Use;
import dev.startgate.coordination.WorkSessions;
import dev.startgate.gate.LeaseListener;
import dev.startgate.gate.StartExecutors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A lease that is kept in the database.
 */
final class JdbcLease implements Lease {

	private static final Logger logger = LoggerFactory.getLogger(JdbcLease.class);

	private final HeldRows rows;

	private final String lockName;

	/** Whether the application names the lock. */
	private final boolean named;

	private final HolderNotes notes;

	private final GuardedSessions sessions;

	private final WorkSessions work = new Work();

	private final StartExecutors threads;

	private final LeaseListener listener;

	/** Why nothing may work under the lease any more. Only the first reason is kept. */
	private final AtomicReference<@Nullable Loss> lost = new AtomicReference<>();

	/** Whether the lease was given up, and certainly nothing works under it any more. */
	private volatile boolean ended;

	/** Whether the lease was given up. The caller then says what is left of the work. */
	private volatile boolean abandoned;

	private boolean released;

	private @Nullable LeaseClock clock;

	private @Nullable LeaseRenewal renewal;

	JdbcLease(HeldRows rows, String lockName, boolean named, GuardedSessions sessions, StartExecutors threads,
			LeaseListener listener) {
		this.rows = rows;
		this.lockName = lockName;
		this.named = named;
		this.notes = rows.notes();
		this.sessions = sessions;
		this.threads = threads;
		this.listener = listener;
	}

	/**
	 * Begin to renew the lease.
	 * @param time the time that is left of the lease
	 * @param renewed called after each renewal
	 * @param renewalFailed called after each renewal that failed
	 */
	void keep(LeaseClock time, Runnable renewed, Runnable renewalFailed) {
		this.clock = time;
		this.renewal = new LeaseRenewal(this.lockName, time, this.threads, () -> this.rows.extend(time.length()),
				this.rows::mark, renewed, renewalFailed, this::lose);
		this.renewal.start();
	}

	/**
	 * Renew the lease if that is due, on the thread that uses its connection for long.
	 */
	void renewIfDue() {
		Objects.requireNonNull(this.renewal).renewIfDue();
	}

	private void lose(String why, boolean unreachable) {
		if (this.lost.compareAndSet(null, new Loss(why, unreachable))) {
			Objects.requireNonNull(this.renewal).stop();
			logger.warn("Lost the lease on '{}' (generation {}): {}", this.lockName, holder().generation(), why);
			this.listener.lost();
			this.sessions.end();
		}
	}

	@Override
	public @Nullable String lockedSchema() {
		return this.named ? null : this.lockName.substring(0, Math.max(0, this.lockName.lastIndexOf('.')));
	}

	@Override
	public Holder holder() {
		return this.rows.holder();
	}

	@Override
	public List<Unsettled> clear() {
		ensureHeld();
		return this.rows.clear();
	}

	@Override
	public void ensureHeld() {
		if (Objects.requireNonNull(this.clock).isOver() && !Objects.requireNonNull(this.renewal).loseIfFailing()) {
			lose("this process was held up for longer than the lease", false);
		}
		Loss loss = this.lost.get();
		if (loss != null) {
			throw new LeaseLostException(this.lockName, loss.why(), loss.unreachable());
		}
	}

	@Override
	public HolderNotes notes() {
		return this.notes;
	}

	@Override
	public WorkSessions sessions() {
		return this.work;
	}

	@Override
	public void report(Progress progress) {
		this.rows.report(progress);
	}

	@Override
	public void restore() {
		try {
			this.rows.restore();
		}
		catch (LockFailedException ex) {
			lose("it could not be restored: " + ex.getMessage(), false);
		}
		ensureHeld();
	}

	@Override
	public void abandon(String why) {
		if (this.lost.compareAndSet(null, new Loss(why, false))) {
			Objects.requireNonNull(this.renewal).stop();
			this.abandoned = true;
			logger.debug("Giving up the lease on '{}' (generation {}): {}", this.lockName, holder().generation(), why);
			this.ended = this.sessions.end();
		}
	}

	@Override
	public void close() {
		Objects.requireNonNull(this.renewal).stop();
		if (this.lost.compareAndSet(null, new Loss("it is closed", false)) || this.ended) {
			release();
		}
		else {
			this.rows.close();
			logger.atLevel(this.abandoned ? Level.DEBUG : Level.INFO)
				.log("Leaving the lease on '{}' to run out by itself", this.lockName);
		}
	}

	private void release() {
		try {
			this.rows.release();
			this.released = true;
		}
		catch (RuntimeException ex) {
			logger.atLevel(this.abandoned ? Level.DEBUG : Level.WARN)
				.log("Could not release the lease on '{}', which runs out by itself: {}", this.lockName,
						SqlFailures.answer(ex));
		}
	}

	@Override
	public boolean isReleased() {
		return this.released;
	}

	/** The sessions that work under the lease, as the work itself sees them. */
	private final class Work implements WorkSessions {

		@Override
		public boolean arePredecessorsGone(long since) {
			return JdbcLease.this.rows.arePredecessorsGone(since);
		}

		@Override
		public boolean isExclusive() {
			return JdbcLease.this.rows.isSessionExclusive();
		}

		@Override
		public void guard(Connection work) {
			JdbcLease.this.sessions.add(work);
			ensureHeld();
		}

		@Override
		public void unguard(Connection work) {
			JdbcLease.this.sessions.remove(work);
		}

		@Override
		public @Nullable Long number(Connection work) {
			return JdbcLease.this.sessions.number(work);
		}

		@Override
		public void fence(Connection work) throws SQLException {
			ensureHeld();
			JdbcLease.this.sessions.check(work);
			JdbcLease.this.rows.findNextGeneration(work)
				.ifPresent((next) -> lose("generation " + next + " has begun while this process was held up", false));
			ensureHeld();
		}

		@Override
		public void ask(Use use) {
			JdbcLease.this.rows.ask(use);
		}

		@Override
		public void onBlocked(@Nullable Consumer<@Nullable String> listener) {
			JdbcLease.this.sessions.onBlocked(listener);
		}

	}

	private record Loss(String why, boolean unreachable) {
	}

}
