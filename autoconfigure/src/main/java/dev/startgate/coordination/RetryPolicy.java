package dev.startgate.coordination;

import java.time.Duration;

/**
 * How often, and after which delays, work is tried again after a transient failure.
 *
 * @param most how often at most, not counting the first attempt
 * @param first the first delay
 * @param longest the longest delay
 */
public record RetryPolicy(long most, Duration first, Duration longest) {

	/**
	 * Return the delays for one piece of work, which grow with each retry.
	 * @return the delays
	 */
	public Backoff delays() {
		return new Backoff(this.first, this.longest);
	}

}
