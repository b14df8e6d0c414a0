package dev.startgate;

import org.springframework.context.ApplicationEvent;

/**
 * The start has failed while listeners could already hear it. The application context is
 * about to be closed. What a listener throws is suppressed.
 */
public final class GateFailedEvent extends ApplicationEvent {

	private final transient Throwable cause;

	/**
	 * Create a new event.
	 * @param gate the gate
	 * @param cause the failure
	 */
	public GateFailedEvent(StartupGate gate, Throwable cause) {
		super(gate);
		this.cause = cause;
	}

	/**
	 * Return the failure.
	 * @return the failure
	 */
	public Throwable cause() {
		return this.cause;
	}

}
