package dev.startgate.coordination;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * Delays that double from a first to a longest one, each shortened by up to a half at
 * random, so that many replicas do not ask at the same moment.
 */
public final class Backoff {

	private final long longest;

	private final DoubleSupplier random;

	private final long first;

	private long next;

	/**
	 * Create a new back-off, with random numbers of the current thread.
	 * @param first the first delay
	 * @param longest the longest delay
	 */
	public Backoff(Duration first, Duration longest) {
		this(first, longest, ThreadLocalRandom.current()::nextDouble);
	}

	/**
	 * Create a new back-off.
	 * @param first the first delay
	 * @param longest the longest delay
	 * @param random numbers from 0 (inclusive) to 1 (exclusive)
	 */
	public Backoff(Duration first, Duration longest, DoubleSupplier random) {
		this.first = first.toMillis();
		this.next = this.first;
		this.longest = longest.toMillis();
		this.random = random;
	}

	/**
	 * Begin again with the first delay.
	 */
	public void restart() {
		this.next = this.first;
	}

	/**
	 * Return the next delay.
	 * @return a delay between half of the due delay and all of it
	 */
	public Duration next() {
		long due = this.next;
		this.next = Math.min(this.longest, due * 2);
		return Duration.ofMillis(Math.round(due * (1 - this.random.getAsDouble() / 2)));
	}

}
