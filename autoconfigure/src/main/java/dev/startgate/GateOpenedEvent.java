package dev.startgate;

import java.time.Duration;

import org.springframework.context.ApplicationEvent;

/**
 * The gate has opened. Published once for each application context, just before Spring
 * starts what was held back. A listener that throws fails the start of the application,
 * although the gate stays open.
 */
public final class GateOpenedEvent extends ApplicationEvent {

	private final transient Duration took;

	/**
	 * Create a new event.
	 * @param gate the gate
	 * @param took how long the gate was closed
	 */
	public GateOpenedEvent(StartupGate gate, Duration took) {
		super(gate);
		this.took = took;
	}

	/**
	 * Return how long the gate was closed.
	 * @return the time from the creation of the gate until it opened
	 */
	public Duration took() {
		return this.took;
	}

}
