package dev.startgate.gate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The time of this process: instants to show, and a monotonic clock to decide by.
 */
public interface Time {

	/**
	 * Return the wall-clock time, for display only.
	 * @return the time
	 */
	Instant instant();

	/**
	 * Return a monotonic time that has no relation to the wall clock.
	 * @return nanoseconds
	 */
	long nanoTime();

	/**
	 * Return the time passed since a moment of the monotonic clock.
	 * @param nanoTime an earlier result of {@link #nanoTime()}
	 * @return the time passed
	 */
	default Duration since(long nanoTime) {
		return Duration.ofNanos(nanoTime() - nanoTime);
	}

	/**
	 * Return the time of the system.
	 * @return the time of the system
	 */
	static Time system() {
		Clock clock = Clock.systemUTC();
		return new Time() {

			@Override
			public Instant instant() {
				return clock.instant();
			}

			@Override
			public long nanoTime() {
				return System.nanoTime();
			}

		};
	}

}
