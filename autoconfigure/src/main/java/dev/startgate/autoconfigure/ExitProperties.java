package dev.startgate.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Settings for a replica that migrates and ends.
 *
 * @param timeout Maximum time that a replica in mode 'migrate-and-exit' takes, waiting
 * included, before it gives up and exits with 1. Counted from the creation of the first
 * beans. Must be longer than the longest migration. By default there is no limit.
 */
record ExitProperties(@Nullable Duration timeout) {

	static final ExitProperties DEFAULTS = new ExitProperties(null);

	ExitProperties {
		Checks.isTrue(timeout == null || (!timeout.isNegative() && !timeout.isZero()), "startgate.exit.timeout",
				timeout, "more than 0s");
	}

}
