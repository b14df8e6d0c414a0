package dev.startgate.flyway.ddl;

import java.time.Duration;
import java.util.function.DoubleSupplier;

import dev.startgate.coordination.Backoff;

/**
 * How long a statement waits for a strong lock.
 *
 * @param lockTimeout the limit of one attempt, during which traffic queues up behind it;
 * zero for the limit of the database
 * @param giveUpAfter the time after which it is not tried again
 */
public record DdlPatience(Duration lockTimeout, Duration giveUpAfter) {

	private static final int LONGEST_PAUSE = 6;

	boolean isLimited() {
		return !this.lockTimeout.isZero();
	}

	/**
	 * Return the pauses between attempts. The first is about as long as an attempt. So
	 * traffic can use the table for at least half of the time.
	 */
	Backoff pauses(DoubleSupplier random) {
		return new Backoff(this.lockTimeout, this.lockTimeout.multipliedBy(LONGEST_PAUSE), random);
	}

}
