package dev.startgate.coordination;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import dev.startgate.GateState;
import dev.startgate.StepKind;
import dev.startgate.coordination.DatabaseUnreachableException.Reason;
import dev.startgate.gate.Gate;
import dev.startgate.gate.Pause;
import dev.startgate.gate.RunningStep;
import dev.startgate.gate.StartCounter;
import dev.startgate.gate.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does work under a lease. Tells transient failures from others, and both from the loss
 * of the lease, of the connection or of the process.
 */
final class WorkAttempts {

	private static final Logger logger = LoggerFactory.getLogger(WorkAttempts.class);

	private final Gate gate;

	private final Time time;

	private final Pause pause;

	private final RetryPolicy retries;

	/** Limits how often a migration that brings the database down is repeated. */
	private final AtomicLong losses = new AtomicLong();

	WorkAttempts(Gate gate, Time time, Pause pause, RetryPolicy retries) {
		this.gate = gate;
		this.time = time;
		this.pause = pause;
		this.retries = retries;
	}

	/**
	 * Do the work.
	 * @return {@code false} if the connection to the database broke, so that it is
	 * unknown how far the work is
	 * @throws InterruptedException if the thread was interrupted between two attempts
	 */
	boolean perform(Work work, String lockName, Lease lease, ShutdownHook shutdown) throws InterruptedException {
		this.gate.show(lease.holder(), null);
		this.gate.moveTo(GateState.MIGRATING);
		logger.info("This replica '{}' has the lock '{}' (generation {}) and {}", lease.holder().replica(), lockName,
				lease.holder().generation(), work.task());
		Map<String, Attempts> failed = new HashMap<>();
		shutdown.begins();
		while (true) {
			TransientFailure found = null;
			RuntimeException failure;
			try (RunningStep timing = this.gate.begin(StepKind.PERFORM, work.name())) {
				found = work.perform(lease);
				if (found == null) {
					lease.ensureHeld();
					if (work.hasSucceeded()) {
						FailureNotice.erase(lease);
					}
					this.losses.set(0);
					return true;
				}
				failure = found.failure();
			}
			catch (RuntimeException ex) {
				failure = ex;
			}
			if (shutdown.hasFired()) {
				shutdown.stopped(work.left(failure));
				throw new StartAbandonedException("working on " + work.name(), failure);
			}
			failure = preferLoss(lease, failure);
			if (isConnectionLost(failure)) {
				lookAgain(work, failure);
				return false;
			}
			if (found == null || found.failure() != failure) {
				throw noted(lease, work, failure);
			}
			tryAgain(lease, work, found, failed);
		}
	}

	private void lookAgain(Work work, RuntimeException failure) {
		if (this.losses.incrementAndGet() > this.retries.most()) {
			this.losses.set(0);
			throw failure;
		}
		this.gate.journal()
			.retry(StartCounter.CONNECTION_LOST, this.time.instant(), String.valueOf(failure.getMessage()));
		this.gate.moveTo(GateState.CONNECTING);
		logger
			.warn("{} in the middle of the work: {}. What is done by now is looked at under the lock, before the work "
					+ "goes on", whatHappened(failure), work.name(), failure);
	}

	private static String whatHappened(RuntimeException failure) {
		Reason reason = (failure instanceof DatabaseUnreachableException answer) ? answer.getReason()
				: new DatabaseUnreachableException(failure).getReason();
		return switch (reason) {
			case READ_ONLY -> "The database server became read-only";
			case POOL_EMPTY -> "The connection pool had no free connection";
			case FULL -> "The database accepted no more connections";
			case UNREACHABLE, REFUSED -> "The connection to the database broke";
		};
	}

	/**
	 * Pause while the lease is kept. The next attempt first looks at what is done. Each
	 * item has a budget of its own: if a later item fails, the earlier one has succeeded.
	 */
	private void tryAgain(Lease lease, Work work, TransientFailure found, Map<String, Attempts> failed)
			throws InterruptedException {
		if (found.pause() != null) {
			pause(found.pause());
			return;
		}
		Attempts attempts = failed.computeIfAbsent(found.item(), (item) -> new Attempts(this.retries.delays()));
		if (++attempts.count > this.retries.most()) {
			throw noted(lease, work,
					(this.retries.most() > 0) ? new RetriesExhaustedException(found, attempts.count) : found.failure());
		}
		this.gate.journal().retry(StartCounter.TRANSIENT_FAILURE, this.time.instant(), found.description());
		Duration delay = attempts.delays.next();
		logger.warn(
				"{}. That is a transient failure: this replica looks at what is done in {} ms, and tries the rest "
						+ "again (retry {} of {})",
				found.description(), delay.toMillis(), attempts.count, this.retries.most());
		pause(delay);
	}

	private void pause(Duration delay) throws InterruptedException {
		try (RunningStep timing = this.gate.begin(StepKind.OTHER, "pause before retries")) {
			this.pause.pause(delay);
		}
		this.gate.journal().count(StartCounter.MILLISECOND_PAUSED, delay.toMillis());
	}

	private static RuntimeException noted(Lease lease, Work work, RuntimeException failure) {
		if (!(failure instanceof LeaseLostException)) {
			FailureNotice.write(lease, work, failure);
		}
		return failure;
	}

	/**
	 * The attempts that have failed for one item.
	 */
	private static final class Attempts {

		private final Backoff delays;

		private long count;

		Attempts(Backoff delays) {
			this.delays = delays;
		}

	}

	private static boolean isConnectionLost(RuntimeException failure) {
		return (failure instanceof LeaseLostException lost) ? lost.isUnreachable()
				: DatabaseUnreachableException.isLoss(failure) || DatabaseUnreachableException.isReadOnly(failure);
	}

	/**
	 * If the lease is lost, return the loss instead of the failure that it has caused.
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
