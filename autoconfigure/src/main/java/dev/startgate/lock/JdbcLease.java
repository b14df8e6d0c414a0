package dev.startgate.lock;

import java.sql.Connection;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.gate.Lease;
import dev.startgate.gate.LeaseLostException;
import dev.startgate.gate.Time;
import net.javacrumbs.shedlock.core.SimpleLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease that is renewed every third of its length. An error is retried until this
 * process' own deadline; the deadline is watched by another thread than the one that
 * renews, which may hang.
 */
final class JdbcLease implements Lease {

	private static final Logger logger = LoggerFactory.getLogger(JdbcLease.class);

	private final JdbcLock owner;

	private final Token token;

	private final Holder holder;

	private final Time time;

	private final Duration length;

	private final ScheduledExecutorService scheduler;

	private final GuardedSessions sessions;

	private final AtomicReference<String> lost = new AtomicReference<>();

	/** Held while the connection of the lock is used. */
	private final Object connection = new Object();

	private SimpleLock lock;

	private volatile long deadline;

	private volatile boolean closed;

	JdbcLease(JdbcLock owner, Token token, Holder holder, SimpleLock lock, long acquired) {
		this.owner = owner;
		this.token = token;
		this.holder = holder;
		this.lock = lock;
		this.time = owner.time();
		this.length = owner.settings().lease();
		this.scheduler = owner.scheduler();
		this.sessions = new GuardedSessions(owner.database());
		this.deadline = acquired + this.length.toNanos();
		scheduleRenewal(owner.settings().renewal());
		this.scheduler.schedule(this::watch, this.length.toNanos(), TimeUnit.NANOSECONDS);
	}

	@Override
	public Holder holder() {
		return this.holder;
	}

	private void scheduleRenewal(Duration delay) {
		this.scheduler.schedule(this::renew, delay.toNanos(), TimeUnit.NANOSECONDS);
	}

	private void renew() {
		if (this.closed || this.lost.get() != null) {
			return;
		}
		long asked = this.time.nanoTime();
		try {
			boolean renewed = extend();
			if (renewed) {
				this.deadline = asked + this.length.toNanos();
				scheduleRenewal(this.owner.settings().renewal());
			}
			else if (!this.closed) {
				lose("it had run out in the database");
			}
		}
		catch (RuntimeException ex) {
			logger.warn("Could not renew the lease on '{}', trying again: {}", this.owner.name(), ex.getMessage());
			this.owner.connection().discard();
			scheduleRenewal(this.length.dividedBy(20));
		}
	}

	private boolean extend() {
		synchronized (this.connection) {
			if (this.closed) {
				return false;
			}
			Optional<SimpleLock> extended = this.lock.extend(this.length, Duration.ZERO);
			extended.ifPresent((next) -> this.lock = next);
			return extended.isPresent();
		}
	}

	private void watch() {
		if (this.closed || this.lost.get() != null) {
			return;
		}
		long left = this.deadline - this.time.nanoTime();
		if (left > 0) {
			this.scheduler.schedule(this::watch, left, TimeUnit.NANOSECONDS);
		}
		else {
			lose("it could not be renewed for " + this.length.toSeconds() + " s");
		}
	}

	private void lose(String why) {
		if (this.lost.compareAndSet(null, why)) {
			logger.warn("Lost the lease on '{}' (generation {}): {}", this.owner.name(), this.holder.generation(), why);
			this.sessions.end(this.owner.connection());
		}
	}

	@Override
	public void ensureHeld() {
		if (this.lost.get() == null && this.deadline - this.time.nanoTime() <= 0) {
			lose("it could not be renewed for " + this.length.toSeconds() + " s");
		}
		String why = this.lost.get();
		if (why != null) {
			throw new LeaseLostException(this.owner.name(), why, null);
		}
	}

	@Override
	public void guard(Connection work) {
		ensureHeld();
		this.sessions.add(work);
	}

	@Override
	public void report(Progress progress) {
		this.scheduler.execute(() -> {
			synchronized (this.connection) {
				if (!this.closed) {
					note(progress);
				}
			}
		});
	}

	private void note(Progress progress) {
		try {
			this.owner.call("note the progress", (session) -> {
				new Records(this.owner.tables(), this.owner.database()).put(session, Records.FENCE, "",
						this.holder.generation(), this.token.toString(), ProgressNote.write(progress));
				return true;
			});
		}
		catch (RuntimeException ex) {
			logger.debug("The waiting replicas do not see the progress", ex);
		}
	}

	@Override
	public void restore() {
		synchronized (this.connection) {
			try {
				this.owner.acquireAgain(this.token, this.holder.generation())
					.ifPresent((again) -> this.lock = again);
			}
			catch (LockFailedException ex) {
				lose("it could not be restored: " + ex.getMessage());
			}
		}
		ensureHeld();
	}

	@Override
	public void abandon(String why) {
		lose(why);
	}

	@Override
	public void close() {
		synchronized (this.connection) {
			this.closed = true;
			try {
				this.lock.unlock();
			}
			catch (RuntimeException ex) {
				logger.warn("Could not release the lease on '{}', which runs out within {} s: {}", this.owner.name(),
						this.length.toSeconds(), ex.getMessage());
			}
		}
	}

}
