package dev.startgate.gate;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * Stops a thread at once if the JVM is asked to end while this object is open: interrupts
 * it, and takes away the lease that it works under.
 */
final class ShutdownHook implements AutoCloseable {

	private static final int PATIENCE_SECONDS = 5;

	private final Thread stopped = Thread.currentThread();

	private final AtomicReference<@Nullable Lease> working = new AtomicReference<>();

	private final CompletableFuture<Void> done = new CompletableFuture<>();

	private final Thread thread = new Thread(this::fire, "startgate-shutdown");

	private volatile boolean fired;

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

	private void fire() {
		this.fired = true;
		this.stopped.interrupt();
		Lease lease = this.working.get();
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
		if (this.fired) {
			abandon(lease);
		}
	}

	private static void abandon(Lease lease) {
		lease.abandon("the process was asked to end");
	}

	boolean hasFired() {
		return this.fired;
	}

	/**
	 * Return when nobody is being stopped any more. A thread that was stopped goes on to
	 * release what it has: neither may sessions be at work then, nor may it stumble over
	 * an interrupt that it has heeded.
	 */
	@Override
	public void close() {
		try {
			Runtime.getRuntime().removeShutdownHook(this.thread);
		}
		catch (IllegalStateException ex) {
			this.done.completeOnTimeout(null, PATIENCE_SECONDS, TimeUnit.SECONDS).join();
		}
		if (this.fired) {
			Thread.interrupted();
		}
	}

}
