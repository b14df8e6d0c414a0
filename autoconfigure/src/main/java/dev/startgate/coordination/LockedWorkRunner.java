package dev.startgate.coordination;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.GateState;
import dev.startgate.StepKind;
import dev.startgate.gate.Gate;
import dev.startgate.gate.Pause;
import dev.startgate.gate.RunningStep;
import dev.startgate.gate.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The order of steps around work that only one replica may do at a time: look without the
 * lock, acquire the lease or wait, and let the work look again under the lease.
 */
public final class LockedWorkRunner implements WorkRunner {

	private static final Logger logger = LoggerFactory.getLogger(LockedWorkRunner.class);

	/** The longest delay while the holder seems to have vanished. */
	private static final Duration OFTEN = Duration.ofMillis(200);

	private final Gate gate;

	private final Time time;

	private final Pause pause;

	private final ReleaseAwarePause listening;

	private final DatabaseRetry connecting;

	private final @Nullable Duration maxWait;

	private final WorkAttempts performing;

	/** The locks that this thread has. It would wait forever for one of them. */
	private final ThreadLocal<Deque<HeldByThread>> held = ThreadLocal.withInitial(ArrayDeque::new);

	/**
	 * Create a new runner, which may be used several times.
	 * @param gate the gate that shows what goes on
	 * @param time the time
	 * @param pause the pause between two looks at the lock
	 * @param connecting reaches the database
	 * @param maxWait how long to wait for another replica, {@code null} for no limit
	 * @param retries how often work is tried again
	 */
	public LockedWorkRunner(Gate gate, Time time, Pause pause, DatabaseRetry connecting, @Nullable Duration maxWait,
			RetryPolicy retries) {
		this.gate = gate;
		this.time = time;
		this.pause = pause;
		this.listening = new ReleaseAwarePause(pause);
		this.connecting = connecting;
		this.maxWait = maxWait;
		this.performing = new WorkAttempts(gate, time, pause, retries);
	}

	/**
	 * Return when the work is done, here or by another replica.
	 * @param work the work
	 * @param locks opens the lock; not called if nothing is pending
	 * @return what happened
	 * @throws LeaseLostException if the lease was lost while this replica worked
	 * @throws LockWaitExceededException if the backstop for waiting has passed
	 * @throws StartAbandonedException if the process is about to end
	 */
	@Override
	public WorkOutcome run(Work work, Supplier<Lock> locks) {
		this.gate.moveTo(GateState.CONNECTING);
		ShutdownHook shutdown = ShutdownHook.add(this.gate);
		try (shutdown) {
			if (Thread.interrupted()) {
				throw new InterruptedException("Before anything was begun");
			}
			WorkOutcome outcome = isPending(work) ? waitOrPerform(work, locks, shutdown) : WorkOutcome.NOTHING;
			shutdown.check();
			this.connecting.reach(() -> {
				work.conclude(outcome);
				return true;
			});
			this.gate.moveTo(GateState.SETTLING);
			return outcome;
		}
		catch (InterruptedException | RuntimeException ex) {
			throw shutdown.translate((shutdown.hasBegun() ? "working on " : "waiting for ") + work.name(), ex);
		}
		finally {
			this.gate.show(null, null);
		}
	}

	private WorkOutcome waitOrPerform(Work work, Supplier<Lock> locks, ShutdownHook shutdown)
			throws InterruptedException {
		try (Lock lock = this.connecting.reach(locks); shutdown) {
			this.connecting.reach(() -> {
				work.begin(lock);
				return true;
			});
			return waitOrPerform(work, lock, new LockWait(lock.name(), this.gate, this.time, this.maxWait), shutdown);
		}
	}

	private WorkOutcome waitOrPerform(Work work, Lock lock, LockWait waiting, ShutdownHook shutdown)
			throws InterruptedException {
		try {
			while (true) {
				Lock.View view = this.connecting.reach(lock::look);
				if (view.holder() != null) {
					ensureOthers(lock.name(), view.holder());
					this.gate.show(view.holder(), view.progress());
					this.gate.moveTo(GateState.WAITING);
					waiting.saw(view.holder(), view.progress());
				}
				else {
					Optional<WorkOutcome> outcome = tryPerform(work, lock, waiting, shutdown);
					if (outcome.isPresent()) {
						return outcome.get();
					}
				}
				Duration delay = waiting.backoff().next();
				if (this.listening.pause((view.suspect() && delay.compareTo(OFTEN) > 0) ? OFTEN : delay, lock)) {
					// the lock is free, or about to be
					waiting.backoff().restart();
				}
			}
		}
		finally {
			waiting.endStep();
		}
	}

	private Optional<WorkOutcome> tryPerform(Work work, Lock lock, LockWait waiting, ShutdownHook shutdown)
			throws InterruptedException {
		if (mayBeDone(work, waiting) && !isPending(work)) {
			return Optional.of(new WorkOutcome(false, waiting.end(), waiting.lastHolder()));
		}
		Optional<Lease> acquired = this.connecting.reach(lock::tryAcquire);
		if (acquired.isEmpty()) {
			waiting.missed();
			return Optional.empty();
		}
		Lease lease = acquired.get();
		shutdown.guard(lease, lock.name());
		try {
			if (!isCleared(lease, waiting)) {
				return Optional.empty();
			}
			Duration waited = waiting.end();
			if (perform(work, lock.name(), lease, shutdown)) {
				return Optional.of(new WorkOutcome(true, waited, waiting.lastHolder()));
			}
			waiting.lost(lease.holder());
			return Optional.empty();
		}
		finally {
			shutdown.release(lease);
		}
	}

	private boolean perform(Work work, String lock, Lease lease, ShutdownHook shutdown) throws InterruptedException {
		this.held.get().push(new HeldByThread(lock, lease.holder().replica(), lease.holder().generation()));
		try {
			return this.performing.perform(work, lock, lease, shutdown);
		}
		finally {
			this.held.get().pop();
		}
	}

	private void ensureOthers(String lock, Holder holder) {
		if (this.held.get().contains(new HeldByThread(lock, holder.replica(), holder.generation()))) {
			throw new IllegalStateException("A migration was begun within another one that has the lock '" + lock
					+ "'. It needs the same lock, and would wait for itself. Give each history a lock of its own, or"
					+ " migrate after the other migration");
		}
	}

	/**
	 * Wait until nothing that earlier holders have left is at work any more.
	 * @return {@code false} if this replica has lost its lease meanwhile
	 */
	private boolean isCleared(Lease lease, LockWait waiting) throws InterruptedException {
		// sessions that were ended are gone in a moment
		waiting.backoff().restart();
		try {
			List<Unsettled> left = this.connecting.reach(lease::clear);
			while (!left.isEmpty()) {
				this.gate.moveTo(GateState.WAITING);
				this.gate.show(left);
				waiting.saw(left);
				this.pause.pause(waiting.backoff().next());
				left = this.connecting.reach(lease::clear);
			}
			return true;
		}
		catch (LeaseLostException ex) {
			logger.info("{}", ex.getMessage());
			waiting.lostBeforeWork();
			return false;
		}
		finally {
			this.gate.show(List.of());
		}
	}

	/**
	 * Another replica may have had the lock after this one looked at the work and before
	 * it looked at the lock.
	 */
	private boolean mayBeDone(Work work, LockWait waiting) throws InterruptedException {
		return this.connecting.reach(() -> work.mayHaveChanged(waiting.hasBegun()));
	}

	private boolean isPending(Work work) throws InterruptedException {
		try (RunningStep timing = this.gate.begin(StepKind.LOOK, work.name())) {
			return !this.connecting.reach(work::pending).isEmpty();
		}
	}

	private record HeldByThread(String lock, String replica, long generation) {
	}

}
