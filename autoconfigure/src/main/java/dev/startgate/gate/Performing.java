package dev.startgate.gate;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import dev.startgate.GateState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does work under a lease, and tells a failure from one that passes by itself, and both
 * from a loss: of the lease, of the connection, or of the process.
 */
final class Performing {

	private static final Logger logger = LoggerFactory.getLogger(Performing.class);

	private final Gate gate;

	private final Time time;

	private final Pause pause;

	private final Retries retries;

	/** A migration that brings the database down is not repeated for ever. */
	private final AtomicLong losses = new AtomicLong();

	Performing(Gate gate, Time time, Pause pause, Retries retries) {
		this.gate = gate;
		this.time = time;
		this.pause = pause;
		this.retries = retries;
	}

	/**
	 * Do the work.
	 * @return {@code false} if the connection to the database broke, so that nobody knows
	 * how far it is
	 * @throws InterruptedException if the thread was interrupted between two attempts
	 */
	boolean perform(Work work, String lockName, Lease lease, ShutdownHook shutdown) throws InterruptedException {
		this.gate.show(lease.holder(), null);
		this.gate.moveTo(GateState.MIGRATING);
		logger.info("This replica '{}' has the lock '{}' (generation {}) and does the work: {}",
				lease.holder().replica(), lockName, lease.holder().generation(), work.name());
		Backoff delays = this.retries.delays();
		for (long retry = 1;; retry++) {
			RuntimeException failure;
			try (Timing timing = this.gate.begin("perform " + work.name())) {
				work.perform(lease);
				lease.ensureHeld();
				Trouble.erase(lease, work);
				return true;
			}
			catch (RuntimeException ex) {
				if (shutdown.hasFired()) {
					throw new StartAbandonedException("working on " + work.name(), ex);
				}
				failure = preferLoss(lease, ex);
			}
			if (isConnectionLost(failure)) {
				lookAgain(work, failure);
				return false;
			}
			tryAgain(lease, work, failure, retry, delays);
		}
	}

	private void lookAgain(Work work, RuntimeException failure) {
		if (this.losses.incrementAndGet() > this.retries.most()) {
			throw failure;
		}
		this.gate.journal()
			.retry(Occurrence.CONNECTION_LOST, this.time.instant(), String.valueOf(failure.getMessage()));
		this.gate.moveTo(GateState.CONNECTING);
		logger.warn(
				"The connection to the database broke in the middle of the work: {}. "
						+ "What is done by now is looked at under the lock, before the work goes on",
				work.name(), failure);
	}

	/**
	 * The lease is kept meanwhile. The work begins by looking at what is done.
	 */
	private void tryAgain(Lease lease, Work work, RuntimeException failure, long retry, Backoff delays)
			throws InterruptedException {
		String why = work.passing(failure);
		if (why == null || retry > this.retries.most()) {
			if (!(failure instanceof LeaseLostException)) {
				Trouble.write(lease, work, failure);
			}
			throw failure;
		}
		this.gate.journal().retry(Occurrence.PASSING_FAILURE, this.time.instant(), why);
		Duration delay = delays.next();
		logger.warn(
				"{}. Such a failure passes: what is done is looked at under the lock in {} ms, "
						+ "and the rest is tried again (retry {} of {})",
				why, delay.toMillis(), retry, this.retries.most());
		this.pause.pause(delay);
		this.gate.journal().count(Occurrence.MILLISECOND_PAUSED, delay.toMillis());
	}

	private static boolean isConnectionLost(RuntimeException failure) {
		return (failure instanceof LeaseLostException lost) ? lost.isUnreachable()
				: DatabaseUnreachableException.isLoss(failure);
	}

	/**
	 * An error that comes from the loss of the lease is told as what it is.
	 */
	private static RuntimeException preferLoss(Lease lease, RuntimeException failure) {
		try {
			lease.ensureHeld();
			return failure;
		}
		catch (LeaseLostException lost) {
			if (lost != failure) {
				lost.addSuppressed(failure);
			}
			return lost;
		}
	}

}
