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
 * Stops a thread at once if the JVM is asked to end while this object is open: takes away
 * the lease that it works under, and interrupts it. The JVM is kept until the thread has
 * released that, for some seconds at most: Spring does not wait for a thread that is
 * itself waiting. What went on and what is left is said in one line.
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
	 * Open a hook that stops the present thread.
	 * @param gate the gate whose start this thread is about
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
			// the JVM is ending already: nothing new is to begin
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

	/** The lease goes first, so that no failure is recorded under it. */
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

	/** Work begins, so that something of it may be left. */
	void begins() {
		this.begun = true;
	}

	boolean hasBegun() {
		return this.begun;
	}

	/** The work was stopped; what is left of it is {@code null} if that is not known. */
	void stopped(@Nullable Remainder left) {
		this.remainder = left;
	}

	/**
	 * The thread has done with its lease. It is not interrupted while it releases it, and
	 * does so only when the sessions that worked under it have been ended, if they are to
	 * be.
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

	/** An interrupt that was heeded is not to trip up what is released now. */
	private void awaitDone() {
		await(this.done);
		Thread.interrupted();
	}

	/** Return whether the thread is past this hook, after some seconds at most. */
	boolean awaitClosed() {
		return await(this.closed);
	}

	/** With a time limit: without one Spring does not wait for it, and ends the log. */
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
	 * Go no further with a thread that was to be stopped, but could not be interrupted.
	 */
	public void check() throws InterruptedException {
		if (this.fired) {
			throw new InterruptedException("The process is ending");
		}
	}

	/**
	 * Return what a stopped thread throws.
	 * @param what what it was about
	 * @param failure what it ran into
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
	 * Return when nobody is being stopped any more: a stopped thread closes what it has.
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
