package dev.startgate.lifecycle;

import org.springframework.context.SmartLifecycle;

/**
 * Blocks the start of the context until the gate is open. It starts after the web server,
 * which answers probes meanwhile, and before everything that begins to work by itself.
 */
public final class GateLifecycle implements SmartLifecycle {

	/**
	 * After the management context ({@code MAX - 1536}), before graceful shutdown
	 * ({@code MAX - 1024}), Kafka Streams ({@code MAX - 1000}), listener containers and
	 * schedulers.
	 */
	public static final int PHASE = Integer.MAX_VALUE - 1280;

	private final StartSequence sequence;

	private boolean opened;

	private volatile boolean running;

	public GateLifecycle(StartSequence sequence) {
		this.sequence = sequence;
	}

	/**
	 * Run the sequence once. A context that is started again, as cached test contexts
	 * are, has its gate open already.
	 */
	@Override
	public synchronized void start() {
		if (!this.opened) {
			this.sequence.run();
			this.opened = true;
		}
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

	@Override
	public int getPhase() {
		return PHASE;
	}

}
