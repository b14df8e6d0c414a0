package dev.startgate.gate;

import java.time.Duration;
import java.time.Instant;

/**
 * Time that passes when it is told to.
 */
final class ManualTime implements Time {

	private Duration passed = Duration.ZERO;

	void pass(Duration duration) {
		this.passed = this.passed.plus(duration);
	}

	@Override
	public Instant instant() {
		return Instant.EPOCH.plus(this.passed);
	}

	@Override
	public long nanoTime() {
		return this.passed.toNanos();
	}

}
