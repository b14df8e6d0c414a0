package dev.startgate.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import dev.startgate.GateFailedException;
import dev.startgate.GateSnapshot;
import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.GateSnapshot.Step;
import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.GateState;
import dev.startgate.StartupGate;
import dev.startgate.StepKind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one gate of an application. Everything that is known is in one immutable snapshot,
 * which is replaced under a monitor by {@link #update}; nothing else changes state.
 */
public final class Gate implements StartupGate, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Gate.class);

	private final Time time;

	private final long created;

	private final List<GateListener> listeners = new CopyOnWriteArrayList<>();

	private final StartJournal journal = new StartJournal();

	private final ShutdownHooks hooks = new ShutdownHooks();

	private final List<Function<Step, Runnable>> stepListeners = new CopyOnWriteArrayList<>();

	private final Object monitor = new Object();

	private volatile GateSnapshot snapshot;

	private @Nullable Throwable failure;

	public Gate(String replica, Time time) {
		this.time = time;
		this.created = time.nanoTime();
		this.snapshot = new GateSnapshot(GateState.CLOSED, time.instant(), replica, null, null, List.of(), List.of(),
				null);
		this.journal.saw(this.snapshot);
	}

	@Override
	public GateSnapshot snapshot() {
		return this.snapshot;
	}

	@Override
	public boolean awaitOpen(Duration timeout) throws InterruptedException {
		long began = System.nanoTime();
		synchronized (this.monitor) {
			while (!SnapshotChanges.isFinal(this.snapshot.state())) {
				long left = TimeUnit.NANOSECONDS.convert(timeout) - (System.nanoTime() - began);
				if (left <= 0) {
					return false;
				}
				TimeUnit.NANOSECONDS.timedWait(this.monitor, left);
			}
			if (this.snapshot.state() == GateState.FAILED) {
				throw new GateFailedException("The start has failed: " + this.snapshot.reason(), this.failure);
			}
			return true;
		}
	}

	public void addListener(GateListener listener) {
		this.listeners.add(listener);
	}

	/**
	 * Add a listener that hears of each step, on the thread that begins and ends it.
	 * @param begins called when a step begins; the task that it returns runs once, when
	 * the step ends, and never if it does not end
	 */
	public void onStep(Function<Step, Runnable> begins) {
		this.stepListeners.add(begins);
	}

	/**
	 * Return what has been seen so far.
	 * @return the journal of this start
	 */
	public StartJournal journal() {
		return this.journal;
	}

	/**
	 * Return what stops the start when the JVM ends.
	 * @return the hooks of this start
	 */
	public ShutdownHooks hooks() {
		return this.hooks;
	}

	/**
	 * Return the time by the clock of this start.
	 * @return the time
	 */
	public Instant now() {
		return this.time.instant();
	}

	/**
	 * Return how long the gate has existed.
	 * @return the time since the gate was created
	 */
	public Duration age() {
		return this.time.since(this.created);
	}

	/**
	 * Enter a state, unless the gate is already open or has failed.
	 * @param state the state to enter; entering the present state changes nothing
	 */
	public void moveTo(GateState state) {
		update((now) -> SnapshotChanges.enter(now, state, this.time.instant(), null));
	}

	/**
	 * Show that a person must resolve something, unless the gate is open or has failed.
	 */
	public void block(String reason) {
		block(reason, this.time.instant());
	}

	/**
	 * Show that a person must still resolve something, after another attempt.
	 * @param reason what is to be resolved
	 * @param since when this first blocked the gate
	 */
	public void block(String reason, Instant since) {
		update((now) -> SnapshotChanges.enter(now, GateState.BLOCKED, since, reason));
	}

	/**
	 * Fail, unless the gate is already open or has failed.
	 * @param cause why the start fails
	 * @param reason the same in words for a person
	 */
	public void fail(Throwable cause, String reason) {
		update((now) -> {
			if (!SnapshotChanges.isFinal(now.state())) {
				this.failure = cause;
			}
			return SnapshotChanges.enter(now, GateState.FAILED, this.time.instant(), reason);
		});
	}

	/**
	 * The application has ended: a gate that is not open by now never opens.
	 */
	@Override
	public void close() {
		String reason = "The application has ended before the gate was open";
		fail(new GateFailedException(reason, null), reason);
	}

	/**
	 * Show who has the lease and how far the work is.
	 * @param holder the holder, {@code null} if there is none
	 * @param progress how far the work is, if that is known
	 */
	public void show(@Nullable Holder holder, @Nullable Progress progress) {
		update((now) -> SnapshotChanges.show(now, holder, progress));
	}

	/**
	 * Show what this replica still waits for.
	 * @param unsettled what is not settled yet
	 */
	public void show(List<Unsettled> unsettled) {
		update((now) -> SnapshotChanges.show(now, unsettled));
	}

	/**
	 * Show why this replica is not ready although the gate is open. Does nothing before
	 * that.
	 * @param reason why, {@code null} if nothing speaks against it any more
	 */
	public void showUnready(@Nullable String reason) {
		update((now) -> (now.state() == GateState.OPEN) ? SnapshotChanges.show(now, reason) : now);
	}

	/**
	 * Begin a step of the start.
	 * @param kind what kind of step it is
	 * @param subject what it is about
	 * @return the running step, to be closed when it ends, however it ends
	 */
	public RunningStep begin(StepKind kind, String subject) {
		RunningStep timing = new RunningStep(this, kind, subject, this.time, this.stepListeners);
		update((now) -> timing.addTo(now));
		return timing;
	}

	/**
	 * The one place where the snapshot changes.
	 */
	void update(UnaryOperator<GateSnapshot> change) {
		GateSnapshot before;
		GateSnapshot after;
		synchronized (this.monitor) {
			before = this.snapshot;
			after = change.apply(before);
			boolean moves = after.state() != before.state();
			if (moves && !SnapshotChanges.isAllowed(before.state(), after.state())) {
				return;
			}
			this.snapshot = after;
			this.journal.saw(after);
			if (!moves) {
				return;
			}
			this.monitor.notifyAll();
		}
		logger.debug("State is now '{}' (was '{}')", after.state(), before.state());
		tell(before, after);
	}

	/**
	 * Tell all listeners. One that fails changes nothing for the others.
	 */
	private void tell(GateSnapshot before, GateSnapshot after) {
		for (GateListener listener : this.listeners) {
			try {
				listener.stateChanged(before, after);
			}
			catch (RuntimeException ex) {
				logger.warn("Listener '{}' failed when the state became '{}'", listener, after.state(), ex);
			}
		}
	}

}
