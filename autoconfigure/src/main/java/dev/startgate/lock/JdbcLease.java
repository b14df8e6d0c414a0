package dev.startgate.lock;

import java.sql.Connection;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.gate.Lease;
import dev.startgate.gate.LeaseLostException;
import dev.startgate.gate.Threads;
import net.javacrumbs.shedlock.core.SimpleLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease that ShedLock keeps in the database.
 */
final class JdbcLease implements Lease {

	private static final Logger logger = LoggerFactory.getLogger(JdbcLease.class);

	private final LockRows rows;

	private final Token token;

	private final Holder holder;

	private final GuardedSessions sessions;

	private final Threads threads;

	private final AtomicReference<@Nullable String> lost = new AtomicReference<>();

	private final AtomicReference<@Nullable Progress> unsaid = new AtomicReference<>();

	/** Held by whoever uses the connection of the lock. */
	private final Object connection = new Object();

	private SimpleLock lock;

	private boolean closed;

	/** Whether the lease is ours to release, and nothing works under it. */
	private volatile boolean releasable = true;

	private @Nullable LeaseClock clock;

	private @Nullable LeaseRenewal renewal;

	JdbcLease(LockRows rows, Token token, Holder holder, SimpleLock lock, GuardedSessions sessions, Threads threads) {
		this.rows = rows;
		this.token = token;
		this.holder = holder;
		this.lock = lock;
		this.sessions = sessions;
		this.threads = threads;
	}

	/**
	 * Begin to renew the lease.
	 * @param time the time that is left of it
	 * @param renewalFailed told about an error of a renewal
	 */
	void keep(LeaseClock time, Runnable renewalFailed) {
		this.clock = time;
		this.renewal = new LeaseRenewal(this.rows.lockName(), time, this.threads, () -> extend(time.length()),
				renewalFailed, this::lose);
		this.renewal.start();
	}

	private boolean extend(Duration length) {
		synchronized (this.connection) {
			if (this.closed) {
				return false;
			}
			this.rows.ensureConnected();
			return this.lock.extend(length, Duration.ZERO).map((extended) -> {
				this.lock = extended;
				return true;
			}).orElse(false);
		}
	}

	private void lose(String why) {
		if (this.lost.compareAndSet(null, why)) {
			Objects.requireNonNull(this.renewal).stop();
			logger.warn("Lost the lease on '{}' (generation {}): {}", this.rows.lockName(), this.holder.generation(),
					why);
			this.releasable = false;
			this.sessions.end();
		}
	}

	@Override
	public Holder holder() {
		return this.holder;
	}

	@Override
	public void ensureHeld() {
		if (Objects.requireNonNull(this.clock).isOver()) {
			lose("this process was held up for longer than the lease");
		}
		String why = this.lost.get();
		if (why != null) {
			throw new LeaseLostException(this.rows.lockName(), why, null);
		}
	}

	@Override
	public void guard(Connection work) {
		this.sessions.add(work);
		ensureHeld();
	}

	/**
	 * Only the latest is of interest: while the connection hangs, no more than one thread
	 * waits for it here.
	 */
	@Override
	public void report(Progress progress) {
		if (this.unsaid.getAndSet(progress) == null) {
			this.threads.workers().execute(() -> {
				synchronized (this.connection) {
					Progress latest = Objects.requireNonNull(this.unsaid.getAndSet(null));
					if (!this.closed) {
						note(latest);
					}
				}
			});
		}
	}

	private void note(Progress progress) {
		try {
			this.rows.note(this.token, progress);
		}
		catch (RuntimeException ex) {
			logger.debug("The waiting replicas do not see the progress", ex);
		}
	}

	@Override
	public void restore() {
		synchronized (this.connection) {
			try {
				this.rows.restore(this.token, this.holder.generation()).ifPresent((again) -> this.lock = again);
			}
			catch (LockFailedException ex) {
				lose("it could not be restored: " + ex.getMessage());
			}
		}
		ensureHeld();
	}

	@Override
	public void abandon(String why) {
		if (this.lost.compareAndSet(null, why)) {
			Objects.requireNonNull(this.renewal).stop();
			logger.info("Giving up the lease on '{}' (generation {}): {}", this.rows.lockName(),
					this.holder.generation(), why);
			this.releasable = false;
			this.releasable = this.sessions.end();
		}
	}

	@Override
	public void close() {
		Objects.requireNonNull(this.renewal).stop();
		synchronized (this.connection) {
			this.closed = true;
			if (this.releasable) {
				release();
			}
			else {
				logger.info("Leaving the lease on '{}' to run out by itself", this.rows.lockName());
			}
		}
	}

	private void release() {
		try {
			this.rows.ensureConnected();
			this.lock.unlock();
		}
		catch (RuntimeException ex) {
			logger.warn("Could not release the lease on '{}', which runs out by itself: {}", this.rows.lockName(),
					ex.getMessage());
		}
	}

}
