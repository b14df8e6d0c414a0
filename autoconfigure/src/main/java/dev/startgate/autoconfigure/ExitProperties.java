package dev.startgate.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for a replica that migrates and ends.
 *
 * @param timeout Longest time that it may take, from the creation of the first beans. By
 * default there is no limit.
 */
@ConfigurationProperties("startgate.exit")
record ExitProperties(@Nullable Duration timeout) {

	ExitProperties {
		Checks.isTrue(timeout == null || (!timeout.isNegative() && !timeout.isZero()), "startgate.exit.timeout",
				timeout, "more than 0s");
	}

}
