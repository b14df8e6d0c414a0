package dev.startgate.probe;

/**
 * What a probe asks for.
 */
public enum Probe {

	/**
	 * Whether to end the process: never while it starts.
	 */
	LIVENESS,

	/**
	 * Whether to send requests: not while it starts.
	 */
	READINESS,

	/**
	 * How everything is.
	 */
	HEALTH

}
