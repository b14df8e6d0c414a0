package dev.startgate.sample.fleet;

import java.time.Duration;
import java.util.Locale;

/**
 * How the demo writes a duration.
 */
final class Seconds {

	private Seconds() {
	}

	static String of(Duration duration) {
		return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
	}

}
