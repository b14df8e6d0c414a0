package dev.startgate.lock;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

import dev.startgate.gate.StartExecutors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews a lease after every third of its length. After an error it tries again until the
 * lease is over. A separate task watches for that, because the renewal may hang. Each
 * task runs on a worker, because hanging tasks would use up the timers.
 */
final class LeaseRenewal {

	private static final Logger logger = LoggerFactory.getLogger(LeaseRenewal.class);

	/** Less than the time after which others take a holder for dead. */
	private static final Duration BEAT = Duration.ofMillis(250);

	/** The delay after a first error, which may only need a new connection. */
	private static final Duration AT_ONCE = Duration.ofMillis(20);

	private final String lockName;

	private final LeaseClock clock;

	private final StartExecutors threads;

	private final BooleanSupplier extend;

	private final BooleanSupplier beat;

	private final Runnable extended;

	private final Runnable failed;

	private final BiConsumer<String, Boolean> lost;

	private volatile long renewed;

	private volatile boolean failing;

	private volatile boolean stopped;

	/**
	 * Create a renewal.
	 * @param lockName the name of the lock, for messages
	 * @param clock the time that is left
	 * @param threads run the renewals and the watch
	 * @param extend extends the lease in the database, {@code false} if it is lost
	 * @param beat shows between two renewals that the holder is there, {@code false} if
	 * the lease is lost
	 * @param extended called after the lease was extended
	 * @param failed called after an error, before the next attempt
	 * @param lost told why the lease is lost, and whether it is because the database
	 * could not be reached
	 */
	LeaseRenewal(String lockName, LeaseClock clock, StartExecutors threads, BooleanSupplier extend,
			BooleanSupplier beat, Runnable extended, Runnable failed, BiConsumer<String, Boolean> lost) {
		this.lockName = lockName;
		this.clock = clock;
		this.threads = threads;
		this.extend = extend;
		this.beat = beat;
		this.extended = extended;
		this.failed = failed;
		this.lost = lost;
	}

	void start() {
		this.renewed = this.clock.now();
		schedule(this::renew, BEAT);
		schedule(this::watch, this.clock.left());
	}

	void stop() {
		this.stopped = true;
	}

	/**
	 * Schedule a task. If the application is ending and refuses the task, this must not
	 * count as a failed renewal.
	 */
	private void schedule(Runnable task, Duration delay) {
		try {
			this.threads.timers()
				.schedule(() -> this.threads.workers().execute(task), Math.max(0, delay.toNanos()),
						TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The application is ending", ex);
		}
	}

	/**
	 * Renew the lease if that is due. Otherwise only show that this holder is there.
	 */
	private void renew() {
		if (this.stopped) {
			return;
		}
		long asked = this.clock.now();
		try {
			boolean due = isDue(asked);
			boolean held = due ? this.extend.getAsBoolean() : this.beat.getAsBoolean();
			if (!held) {
				loseToAnother();
				return;
			}
			if (due) {
				renewed(asked);
				this.extended.run();
			}
			this.failing = false;
			schedule(this::renew, BEAT);
		}
		catch (RuntimeException ex) {
			if (this.stopped) {
				return;
			}
			boolean again = this.failing;
			this.failing = true;
			logger.warn("Could not renew the lease on '{}', trying again for {} s: {}", this.lockName,
					this.clock.left().toSeconds(), SqlFailures.answer(ex));
			this.failed.run();
			Duration soon = this.clock.length().dividedBy(20);
			schedule(this::renew, (again || soon.compareTo(BEAT) < 0) ? soon : AT_ONCE);
		}
	}

	/**
	 * Renew the lease if that is due, while the thread of the renewals waits for the
	 * connection. An error here is one there, too, and is reported there.
	 */
	void renewIfDue() {
		long asked = this.clock.now();
		try {
			if (this.stopped || !isDue(asked)) {
				return;
			}
			if (this.extend.getAsBoolean()) {
				renewed(asked);
			}
			else {
				loseToAnother();
			}
		}
		catch (RuntimeException ex) {
			logger.debug("Could not renew the lease on '{}' meanwhile", this.lockName, ex);
		}
	}

	private void loseToAnother() {
		if (!this.stopped) {
			this.lost.accept("another replica has it, or its row in the database was changed", false);
		}
	}

	private boolean isDue(long now) {
		return now - this.renewed >= this.clock.length().dividedBy(3).toNanos();
	}

	/**
	 * A thread may have asked long ago, and have got the connection only now.
	 */
	private synchronized void renewed(long asked) {
		if (asked - this.renewed > 0) {
			this.clock.renewed(asked);
			this.renewed = asked;
		}
	}

	/**
	 * Report the loss of a lease that has run out, if renewals have failed.
	 * @return whether they have
	 */
	boolean loseIfFailing() {
		if (this.failing) {
			lose();
		}
		return this.failing;
	}

	private void lose() {
		this.lost.accept("it could not be renewed for " + this.clock.length().toSeconds() + " s", this.failing);
	}

	private void watch() {
		if (this.stopped) {
			return;
		}
		if (this.clock.isOver()) {
			lose();
		}
		else {
			schedule(this::watch, this.clock.left());
		}
	}

}
