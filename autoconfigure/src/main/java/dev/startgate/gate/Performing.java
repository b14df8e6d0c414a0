package dev.startgate.gate;

import java.util.concurrent.atomic.AtomicInteger;

import dev.startgate.GateState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does work under a lease, and tells a failure from a loss: of the lease, of the
 * connection, or of the process.
 */
final class Performing {

	private static final Logger logger = LoggerFactory.getLogger(Performing.class);

	/** A migration that brings the database down is not repeated for ever. */
	private static final int MOST_LOSSES = 5;

	private final Gate gate;

	private final AtomicInteger losses = new AtomicInteger();

	Performing(Gate gate) {
		this.gate = gate;
	}

	/**
	 * Do the work.
	 * @return {@code false} if the connection to the database broke, so that nobody knows
	 * how far it is
	 */
	boolean perform(Work work, String lockName, Lease lease, ShutdownHook shutdown) {
		this.gate.show(lease.holder(), null);
		this.gate.moveTo(GateState.MIGRATING);
		logger.info("This replica '{}' has the lock '{}' (generation {}) and does the work: {}",
				lease.holder().replica(), lockName, lease.holder().generation(), work.name());
		try (Timing timing = this.gate.begin("perform " + work.name())) {
			work.perform(lease);
			lease.ensureHeld();
			return true;
		}
		catch (RuntimeException ex) {
			if (shutdown.hasFired()) {
				throw new StartAbandonedException("working on " + work.name(), ex);
			}
			RuntimeException failure = preferLoss(lease, ex);
			if (this.losses.incrementAndGet() > MOST_LOSSES || !isConnectionLost(failure)) {
				throw failure;
			}
			this.gate.journal().count(Occurrence.CONNECTION_LOST);
			this.gate.moveTo(GateState.CONNECTING);
			logger.warn(
					"The connection to the database broke in the middle of the work: {}. "
							+ "What is done by now is looked at under the lock, before the work goes on",
					work.name(), failure);
			return false;
		}
	}

	private static boolean isConnectionLost(RuntimeException failure) {
		return (failure instanceof LeaseLostException lost) ? lost.isUnreachable()
				: DatabaseUnreachableException.isCausing(failure);
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
