package dev.startgate.gate;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

import dev.startgate.GateState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The order of steps around work that only one replica may do at a time: look without the
 * lock, acquire the lease or wait, and let the work look again under the lease.
 */
public final class CriticalSection {

	private static final Logger logger = LoggerFactory.getLogger(CriticalSection.class);

	private final Gate gate;

	private final Time time;

	private final Pause pause;

	private final Connecting connecting;

	private final @Nullable Duration maxWait;

	/**
	 * Create a new critical section, which may be run several times.
	 * @param gate the gate that shows what goes on
	 * @param time the time
	 * @param pause the pause between two looks at the lock
	 * @param connecting reaches the database
	 * @param maxWait how long to wait for another replica, {@code null} for no limit
	 */
	public CriticalSection(Gate gate, Time time, Pause pause, Connecting connecting, @Nullable Duration maxWait) {
		this.gate = gate;
		this.time = time;
		this.pause = pause;
		this.connecting = connecting;
		this.maxWait = maxWait;
	}

	/**
	 * Return when the work is done, by whomever.
	 * @param work the work
	 * @param locks opens the lock, which is not asked for if nothing is pending
	 * @return what happened
	 * @throws LeaseLostException if the lease was lost while this replica worked
	 * @throws LockWaitExceededException if the backstop for waiting has passed
	 * @throws StartAbandonedException if the process is about to end
	 */
	public Outcome run(Work work, Supplier<Lock> locks) {
		this.gate.moveTo(GateState.CONNECTING);
		ShutdownHook shutdown = ShutdownHook.add();
		try (shutdown) {
			if (Thread.interrupted()) {
				throw new InterruptedException("Before anything was begun");
			}
			Outcome outcome = isPending(work) ? waitOrPerform(work, locks, shutdown) : Outcome.NOTHING;
			this.gate.moveTo(GateState.SETTLING);
			return outcome;
		}
		catch (InterruptedException ex) {
			if (!shutdown.hasFired()) {
				Thread.currentThread().interrupt();
			}
			throw new StartAbandonedException("waiting for " + work.name(), ex);
		}
		catch (RuntimeException ex) {
			// whatever a thread runs into that was told to stop
			throw (shutdown.hasFired() && !(ex instanceof StartAbandonedException))
					? new StartAbandonedException("waiting for " + work.name(), ex) : ex;
		}
		finally {
			this.gate.show(null, null);
		}
	}

	private Outcome waitOrPerform(Work work, Supplier<Lock> locks, ShutdownHook shutdown) throws InterruptedException {
		try (Lock lock = this.connecting.reach(locks); shutdown) {
			Waiting waiting = new Waiting(lock.name(), this.time, this.maxWait);
			while (true) {
				Lock.View view = this.connecting.reach(lock::look);
				if (view.holder() != null) {
					this.gate.show(view.holder(), view.progress());
					this.gate.moveTo(GateState.WAITING);
					waiting.saw(view.holder(), view.progress());
				}
				else {
					Optional<Outcome> outcome = tryPerform(work, lock, waiting, shutdown);
					if (outcome.isPresent()) {
						return outcome.get();
					}
				}
				this.pause.pause(waiting.nextDelay());
			}
		}
	}

	private Optional<Outcome> tryPerform(Work work, Lock lock, Waiting waiting, ShutdownHook shutdown)
			throws InterruptedException {
		if (waiting.hasBegun() && !isPending(work)) {
			return Optional.of(new Outcome(false, waiting.end(), waiting.lastHolder()));
		}
		Optional<Lease> acquired = this.connecting.reach(lock::tryAcquire);
		if (acquired.isEmpty()) {
			return Optional.empty();
		}
		Duration waited = waiting.end();
		try (Lease lease = acquired.get()) {
			perform(work, lock, lease, shutdown);
		}
		return Optional.of(new Outcome(true, waited, waiting.lastHolder()));
	}

	private boolean isPending(Work work) throws InterruptedException {
		try (Timing timing = this.gate.begin("look at " + work.name())) {
			return this.connecting.reach(work::isPending);
		}
	}

	private void perform(Work work, Lock lock, Lease lease, ShutdownHook shutdown) {
		this.gate.show(lease.holder(), null);
		this.gate.moveTo(GateState.MIGRATING);
		logger.info("This replica '{}' has the lock '{}' (generation {}) and does the work: {}",
				lease.holder().replica(), lock.name(), lease.holder().generation(), work.name());
		try (shutdown; Timing timing = this.gate.begin("perform " + work.name())) {
			shutdown.guard(lease);
			work.perform(lease);
			lease.ensureHeld();
		}
		catch (RuntimeException ex) {
			if (shutdown.hasFired()) {
				throw new StartAbandonedException("working on " + work.name(), ex);
			}
			throw preferLoss(lease, ex);
		}
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
