package dev.startgate.flyway.ddl;

import java.time.Duration;
import java.util.function.DoubleSupplier;

import dev.startgate.coordination.Backoff;

/**
 * How long a statement waits for a strong lock.
 *
 * @param lockTimeout how long at most at a time, while traffic queues up behind it; zero
 * for as long as the database lets it
 * @param giveUpAfter when it is not tried again
 */
public record DdlPatience(Duration lockTimeout, Duration giveUpAfter) {

	private static final int LONGEST_PAUSE = 6;

	boolean isLimited() {
		return !this.lockTimeout.isZero();
	}

	/**
	 * Return the pauses between attempts. The first is about as long as an attempt, so
	 * that traffic has the table for half of the time at least.
	 */
	Backoff pauses(DoubleSupplier random) {
		return new Backoff(this.lockTimeout, this.lockTimeout.multipliedBy(LONGEST_PAUSE), random);
	}

}
