package dev.startgate.chaos;

import org.springframework.context.SmartLifecycle;

/**
 * Starts in the phase of Kafka's listener containers, and would get its first record
 * then.
 */
final class ListenerStandIn implements SmartLifecycle {

	private static final int PHASE_OF_KAFKA = Integer.MAX_VALUE - 100;

	private final Runnable delivery;

	private volatile boolean running;

	ListenerStandIn(Runnable delivery) {
		this.delivery = delivery;
	}

	@Override
	public int getPhase() {
		return PHASE_OF_KAFKA;
	}

	@Override
	public void start() {
		this.running = true;
		this.delivery.run();
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
