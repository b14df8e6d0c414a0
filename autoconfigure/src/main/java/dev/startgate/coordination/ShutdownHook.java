package dev.startgate.coordination;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import dev.startgate.GateSnapshot;
import dev.startgate.gate.Gate;
import dev.startgate.gate.StartExecutors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops a thread at once if the JVM is asked to end while this object is open. The hook
 * gives up the thread's lease and interrupts the thread. It then keeps the JVM alive
 * until the thread closes the hook, for some seconds at most: Spring does not wait for a
 * thread that is itself waiting. One log line says what was going on and what is left.
 */
public final class ShutdownHook implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(ShutdownHook.class);

	private static final String WHY = "the process was asked to end";

	private static final int PATIENCE_SECONDS = 5;

	private final Gate gate;

	private final Thread stopped = Thread.currentThread();

	private final AtomicReference<@Nullable Lease> working = new AtomicReference<>();

	private final CountDownLatch done = new CountDownLatch(1);

	private final CountDownLatch closed = new CountDownLatch(1);

	private final Thread thread = StartExecutors.thread("shutdown", this::fireAndWait);

	private final Runnable awaiting = this::awaitClosed;

	private final AtomicBoolean said = new AtomicBoolean();

	private volatile boolean fired;

	private volatile @Nullable GateSnapshot seen;

	private boolean releasing;

	private volatile @Nullable String lock;

	private volatile boolean released;

	private volatile boolean begun;

	private volatile @Nullable Remainder remainder;

	private final Consumer<Thread> unregister;

	private ShutdownHook(Gate gate, Consumer<Thread> unregister) {
		this.gate = gate;
		this.unregister = unregister;
	}

	/**
	 * Open a hook that stops the current thread.
	 * @param gate the gate of the start that this thread works on
	 * @return the hook, to be closed by the same thread
	 */
	public static ShutdownHook add(Gate gate) {
		Runtime jvm = Runtime.getRuntime();
		return add(gate, jvm::addShutdownHook, jvm::removeShutdownHook);
	}

	static ShutdownHook add(Gate gate, Consumer<Thread> register, Consumer<Thread> unregister) {
		ShutdownHook hook = new ShutdownHook(gate, unregister);
		gate.hooks().opened(hook.awaiting);
		try {
			register.accept(hook.thread);
		}
		catch (IllegalStateException ex) {
			// the JVM is already ending: nothing new may begin
			hook.fire();
		}
		return hook;
	}

	private void fireAndWait() {
		fire();
		if (!awaitClosed()) {
			say(false);
		}
	}

	/** Gives up the lease first, so that no failure is recorded under it. */
	private void fire() {
		this.seen = this.gate.snapshot();
		this.gate.hooks().fired();
		this.fired = true;
		Lease lease = this.working.getAndSet(null);
		if (lease != null) {
			lease.abandon(WHY);
		}
		synchronized (this) {
			if (!this.releasing) {
				this.stopped.interrupt();
			}
		}
		this.done.countDown();
	}

	/** From now on the thread works under a lease. */
	void guard(Lease lease, String lockName) {
		this.lock = lockName;
		this.working.set(lease);
		if (this.fired && this.working.getAndSet(null) != null) {
			lease.abandon(WHY);
		}
	}

	/** Work begins, and may be left unfinished from now on. */
	void begins() {
		this.begun = true;
	}

	boolean hasBegun() {
		return this.begun;
	}

	/** The work was stopped. {@code null} means that it is unknown what is left. */
	void stopped(@Nullable Remainder left) {
		this.remainder = left;
	}

	/**
	 * Release the lease, which the thread no longer needs. The hook does not interrupt
	 * the thread meanwhile. If the hook has fired, it first ends the sessions that worked
	 * under the lease.
	 */
	void release(Lease lease) {
		synchronized (this) {
			this.releasing = true;
		}
		if (this.working.getAndSet(null) == null || this.fired) {
			awaitDone();
		}
		lease.close();
		this.released = lease.isReleased();
		synchronized (this) {
			this.releasing = false;
			boolean stops = this.fired;
			this.lock = stops ? this.lock : null;
			if (stops) {
				this.stopped.interrupt();
			}
		}
	}

	/** Waits for the hook, and clears an interrupt that would disturb what follows. */
	private void awaitDone() {
		await(this.done);
		Thread.interrupted();
	}

	/** Waits some seconds at most. Returns whether the thread has closed this hook. */
	boolean awaitClosed() {
		return await(this.closed);
	}

	/** Has a time limit: otherwise Spring does not wait for it, and ends the log. */
	private static boolean await(CountDownLatch event) {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return event.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	boolean hasFired() {
		return this.fired;
	}

	/**
	 * Throw if the hook has fired, even if the interrupt did not stop this thread.
	 */
	public void check() throws InterruptedException {
		if (this.fired) {
			throw new InterruptedException("The process is ending");
		}
	}

	/**
	 * Return the exception that a stopped thread throws.
	 * @param what what the thread was doing
	 * @param failure the failure that the thread ran into
	 * @return the failure itself if the thread was not stopped
	 */
	RuntimeException translate(String what, Exception failure) {
		if (failure instanceof InterruptedException && !this.fired) {
			Thread.currentThread().interrupt();
		}
		boolean stops = failure instanceof InterruptedException || this.fired;
		return (failure instanceof RuntimeException ex && (!stops || ex instanceof StartAbandonedException)) ? ex
				: new StartAbandonedException(what, failure);
	}

	/**
	 * Close the hook. If the JVM is ending, wait first until the hook has fired.
	 */
	@Override
	public void close() {
		if (this.closed.getCount() == 0) {
			return;
		}
		try {
			this.unregister.accept(this.thread);
		}
		catch (IllegalStateException ex) {
			awaitDone();
		}
		say(true);
		this.closed.countDown();
		this.gate.hooks().closed(this.awaiting);
		if (this.fired) {
			Thread.interrupted();
		}
	}

	private void say(boolean stopped) {
		GateSnapshot then = this.seen;
		if (this.fired && then != null && this.said.compareAndSet(false, true)) {
			new StoppedStart(then, this.gate.now(), stopped, this.begun, this.remainder, this.lock, this.released)
				.log(logger);
		}
	}

}
