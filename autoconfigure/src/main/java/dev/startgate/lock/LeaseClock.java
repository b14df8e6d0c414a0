package dev.startgate.lock;

import java.time.Duration;

import dev.startgate.gate.Time;

/**
 * The time until which a lease is certainly held, on the monotonic clock of this process.
 * It counts from the moment before the database was asked, so that it never ends later
 * than the lease in the database.
 */
final class LeaseClock {

	private final Time time;

	private final Duration length;

	private volatile long deadline;

	LeaseClock(Time time, Duration length, long asked) {
		this.time = time;
		this.length = length;
		this.deadline = asked + length.toNanos();
	}

	long now() {
		return this.time.nanoTime();
	}

	Duration length() {
		return this.length;
	}

	void renewed(long asked) {
		this.deadline = asked + this.length.toNanos();
	}

	/**
	 * Return the time left, which is not positive once the lease may be somebody else's.
	 */
	Duration left() {
		return Duration.ofNanos(this.deadline - this.time.nanoTime());
	}

	boolean isOver() {
		return this.deadline - this.time.nanoTime() <= 0;
	}

}
