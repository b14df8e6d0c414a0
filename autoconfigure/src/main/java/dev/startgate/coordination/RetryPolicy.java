package dev.startgate.coordination;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often, and after what time, work is tried again that has failed for a reason which
 * passes by itself.
 *
 * @param most how often at most, not counting the first attempt
 * @param first the first delay
 * @param longest the longest delay
 */
public record RetryPolicy(long most, Duration first, Duration longest) {

	/**
	 * Return the delays of one piece of work, the longer the later.
	 * @return the delays
	 */
	public Backoff delays() {
		return new Backoff(this.first, this.longest, ThreadLocalRandom.current()::nextDouble);
	}

}
