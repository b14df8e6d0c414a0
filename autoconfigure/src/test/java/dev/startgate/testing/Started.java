package dev.startgate.testing;

import org.springframework.context.SmartLifecycle;

/**
 * Starts in a phase, as a listener container does.
 */
public final class Started implements SmartLifecycle {

	private final int phase;

	private final Runnable onStart;

	private volatile boolean running;

	/**
	 * Create a bean that is not started yet.
	 * @param phase its phase
	 * @param onStart called when it starts
	 */
	public Started(int phase, Runnable onStart) {
		this.phase = phase;
		this.onStart = onStart;
	}

	@Override
	public int getPhase() {
		return this.phase;
	}

	@Override
	public void start() {
		this.onStart.run();
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
