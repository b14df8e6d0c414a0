package dev.startgate;

import org.springframework.context.ApplicationEvent;

/**
 * The start has failed at a time when listeners could already receive events. The
 * application context is about to be closed. Exceptions of listeners are suppressed.
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
