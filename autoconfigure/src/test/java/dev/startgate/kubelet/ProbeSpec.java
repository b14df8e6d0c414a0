package dev.startgate.kubelet;

import java.time.Duration;

/**
 * A probe as in the specification of a container.
 *
 * @param check asks once
 * @param initialDelay time after the start of the container before the first question
 * @param period time between two questions
 * @param timeout how long an answer may take
 * @param failureThreshold after how many failures in a row the probe has failed
 */
record ProbeSpec(Check check, Duration initialDelay, Duration period, Duration timeout, int failureThreshold) {

	/**
	 * Return a probe with the default values of Kubernetes.
	 */
	static ProbeSpec withDefaults(Check check) {
		return new ProbeSpec(check, Duration.ZERO, Duration.ofSeconds(10), Duration.ofSeconds(1), 3);
	}

	ProbeSpec every(Duration period) {
		return new ProbeSpec(this.check, this.initialDelay, period, this.timeout, this.failureThreshold);
	}

	ProbeSpec failsAfter(int failures) {
		return new ProbeSpec(this.check, this.initialDelay, this.period, this.timeout, failures);
	}

	/**
	 * Asks a container.
	 */
	@FunctionalInterface
	interface Check {

		/**
		 * Ask once.
		 * @param container the container to ask
		 * @param timeout how long that may take
		 */
		boolean succeeds(Container container, Duration timeout);

	}

}
