package dev.startgate.kubelet;

/**
 * Asks one probe of one container, and counts its failures.
 */
final class ProbeWorker {

	private final ProbeSpec probe;

	private boolean succeeded;

	private int failures;

	private long due = System.nanoTime();

	ProbeWorker(ProbeSpec probe) {
		this.probe = probe;
	}

	/**
	 * Ask, if it is time to.
	 */
	void work(Container container) {
		long now = System.nanoTime();
		if (now - this.due < 0 || container.age().compareTo(this.probe.initialDelay()) < 0) {
			return;
		}
		this.due = now + this.probe.period().toNanos();
		if (this.probe.check().succeeds(container, this.probe.timeout())) {
			this.succeeded = true;
			this.failures = 0;
		}
		else {
			this.failures++;
			if (hasFailed()) {
				this.succeeded = false;
			}
		}
	}

	boolean hasSucceeded() {
		return this.succeeded;
	}

	boolean hasFailed() {
		return this.failures >= this.probe.failureThreshold();
	}

}
