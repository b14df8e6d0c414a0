package dev.startgate.lock;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import dev.startgate.gate.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews a lease every third of its length. An error is retried until the lease is over,
 * which is watched by another thread than the one that renews: that one may hang, and
 * with several leases several may, so that none of them is a timer.
 */
final class LeaseRenewal {

	private static final Logger logger = LoggerFactory.getLogger(LeaseRenewal.class);

	private final String lockName;

	private final LeaseClock clock;

	private final Threads threads;

	private final BooleanSupplier extend;

	private final Runnable failed;

	private final Consumer<String> lost;

	private volatile boolean stopped;

	/**
	 * Create a renewal.
	 * @param lockName the name of the lock, to speak of
	 * @param clock the time that is left
	 * @param threads run the renewals and the watch
	 * @param extend extends the lease in the database, {@code false} if it is lost
	 * @param failed told about an error before the next attempt
	 * @param lost told why the lease is lost
	 */
	LeaseRenewal(String lockName, LeaseClock clock, Threads threads, BooleanSupplier extend, Runnable failed,
			Consumer<String> lost) {
		this.lockName = lockName;
		this.clock = clock;
		this.threads = threads;
		this.extend = extend;
		this.failed = failed;
		this.lost = lost;
	}

	void start() {
		schedule(this::renew, this.clock.length().dividedBy(3));
		schedule(this::watch, this.clock.left());
	}

	void stop() {
		this.stopped = true;
	}

	private void schedule(Runnable task, Duration delay) {
		this.threads.timers()
			.schedule(() -> this.threads.workers().execute(task), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
	}

	private void renew() {
		if (this.stopped) {
			return;
		}
		long asked = this.clock.now();
		try {
			boolean extended = this.extend.getAsBoolean();
			if (extended) {
				this.clock.renewed(asked);
				schedule(this::renew, this.clock.length().dividedBy(3));
			}
			else if (!this.stopped) {
				this.lost.accept("it had run out in the database");
			}
		}
		catch (RuntimeException ex) {
			if (this.stopped) {
				return;
			}
			logger.warn("Could not renew the lease on '{}', trying again for {} s: {}", this.lockName,
					this.clock.left().toSeconds(), ex.getMessage());
			this.failed.run();
			schedule(this::renew, this.clock.length().dividedBy(20));
		}
	}

	private void watch() {
		if (this.stopped) {
			return;
		}
		if (this.clock.isOver()) {
			this.lost.accept("it could not be renewed for " + this.clock.length().toSeconds() + " s");
		}
		else {
			schedule(this::watch, this.clock.left());
		}
	}

}
