package dev.startgate.autoconfigure;

import java.time.Duration;

import dev.startgate.gate.Retries;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings for work that failed with a transient failure.
 *
 * @param maxRetries Maximum number of retries of work that failed with a transient
 * failure, such as a deadlock.
 * @param delay Delay before the first retry. Doubled for each further one, and shortened
 * at random by up to a half.
 * @param maxDelay Maximum delay before a retry.
 */
record RetryProperties(@DefaultValue("5") long maxRetries, @DefaultValue("200ms") Duration delay,
		@DefaultValue("5s") Duration maxDelay) {

	static final RetryProperties DEFAULTS = new RetryProperties(5, Duration.ofMillis(200), Duration.ofSeconds(5));

	RetryProperties {
		Checks.isTrue(maxRetries >= 0, "startgate.retry.max-retries", maxRetries, "0 or more");
		Checks.isTrue(delay.toMillis() > 0, "startgate.retry.delay", delay, "1ms or more");
		Checks.isTrue(maxDelay.compareTo(delay) >= 0, "startgate.retry.max-delay", maxDelay,
				"startgate.retry.delay or more");
	}

	Retries retries() {
		return new Retries(this.maxRetries, this.delay, this.maxDelay);
	}

}
