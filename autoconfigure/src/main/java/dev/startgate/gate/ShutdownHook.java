package dev.startgate.gate;

/**
 * Something to do at once if the JVM is asked to end while this object is open.
 */
final class ShutdownHook implements AutoCloseable {

	private final Thread thread;

	private volatile boolean fired;

	private ShutdownHook(Runnable action) {
		this.thread = new Thread(() -> {
			this.fired = true;
			action.run();
		}, "startgate-shutdown");
	}

	static ShutdownHook add(Runnable action) {
		ShutdownHook hook = new ShutdownHook(action);
		try {
			Runtime.getRuntime().addShutdownHook(hook.thread);
		}
		catch (IllegalStateException ex) {
			// the JVM is ending already: nothing new is to begin
			action.run();
			hook.fired = true;
		}
		return hook;
	}

	boolean hasFired() {
		return this.fired;
	}

	@Override
	public void close() {
		try {
			Runtime.getRuntime().removeShutdownHook(this.thread);
		}
		catch (IllegalStateException ex) {
			// too late: it runs or has run, which does no harm
		}
	}

}
