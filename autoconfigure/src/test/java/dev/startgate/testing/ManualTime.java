package dev.startgate.testing;

import java.time.Duration;
import java.time.Instant;

import dev.startgate.gate.Time;

/**
 * A clock that a test moves forward by hand.
 */
public final class ManualTime implements Time {

	private Duration passed = Duration.ZERO;

	public void pass(Duration duration) {
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
