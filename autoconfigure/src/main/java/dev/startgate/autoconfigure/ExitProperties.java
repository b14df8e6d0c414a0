package dev.startgate.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Settings for a replica that migrates and ends.
 *
 * @param timeout Longest time that it may take, from the creation of the first beans. By
 * default there is no limit.
 */
record ExitProperties(@Nullable Duration timeout) {

	static final ExitProperties DEFAULTS = new ExitProperties(null);

	ExitProperties {
		Checks.isTrue(timeout == null || (!timeout.isNegative() && !timeout.isZero()), "startgate.exit.timeout",
				timeout, "more than 0s");
	}

}
