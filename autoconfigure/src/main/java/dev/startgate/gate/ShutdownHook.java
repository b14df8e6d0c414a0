package dev.startgate.gate;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * Stops a thread at once if the JVM is asked to end while this object is open: interrupts
 * it, and takes away the lease that it works under. The JVM is kept until the thread has
 * released that, for some seconds at most: Spring does not wait for a thread that is
 * itself waiting.
 */
final class ShutdownHook implements AutoCloseable {

	private static final int PATIENCE_SECONDS = 5;

	private final Thread stopped = Thread.currentThread();

	private final AtomicReference<@Nullable Lease> working = new AtomicReference<>();

	private final CompletableFuture<Void> done = new CompletableFuture<>();

	private final CompletableFuture<Void> closed = new CompletableFuture<>();

	private final Thread thread = new Thread(this::fireAndWait, "startgate-shutdown");

	private volatile boolean fired;

	private boolean releasing;

	private ShutdownHook() {
	}

	/**
	 * Open a hook that stops the present thread.
	 */
	static ShutdownHook add() {
		ShutdownHook hook = new ShutdownHook();
		try {
			Runtime.getRuntime().addShutdownHook(hook.thread);
		}
		catch (IllegalStateException ex) {
			// the JVM is ending already: nothing new is to begin
			hook.fire();
		}
		return hook;
	}

	private void fireAndWait() {
		fire();
		await(this.closed);
	}

	private void fire() {
		synchronized (this) {
			this.fired = true;
			if (!this.releasing) {
				this.stopped.interrupt();
			}
		}
		Lease lease = this.working.getAndSet(null);
		if (lease != null) {
			abandon(lease);
		}
		this.done.complete(null);
	}

	/**
	 * From now on the thread works under a lease.
	 */
	void guard(Lease lease) {
		this.working.set(lease);
		if (this.fired && this.working.getAndSet(null) != null) {
			abandon(lease);
		}
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
		if (this.working.getAndSet(null) == null) {
			awaitDone();
		}
		lease.close();
		synchronized (this) {
			this.releasing = false;
			if (this.fired) {
				this.stopped.interrupt();
			}
		}
	}

	private static void abandon(Lease lease) {
		lease.abandon("the process was asked to end");
	}

	/**
	 * An interrupt that was heeded is not to trip up what is released now.
	 */
	private void awaitDone() {
		await(this.done);
		Thread.interrupted();
	}

	private static void await(CompletableFuture<Void> event) {
		event.completeOnTimeout(null, PATIENCE_SECONDS, TimeUnit.SECONDS).join();
	}

	boolean hasFired() {
		return this.fired;
	}

	/**
	 * Return when nobody is being stopped any more: a thread that was stopped goes on to
	 * close what it has.
	 */
	@Override
	public void close() {
		this.closed.complete(null);
		try {
			Runtime.getRuntime().removeShutdownHook(this.thread);
		}
		catch (IllegalStateException ex) {
			awaitDone();
		}
		if (this.fired) {
			Thread.interrupted();
		}
	}

}
