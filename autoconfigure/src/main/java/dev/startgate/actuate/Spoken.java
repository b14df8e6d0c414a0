package dev.startgate.actuate;

import java.time.Duration;
import java.util.Locale;

/**
 * Durations as people say them.
 */
final class Spoken {

	private Spoken() {
	}

	static String duration(Duration duration) {
		Duration shown = duration.isNegative() ? Duration.ZERO : duration;
		if (shown.toMillis() < 1000) {
			return shown.toMillis() + " ms";
		}
		if (shown.toMinutes() < 1) {
			return String.format(Locale.ROOT, "%.1f s", Math.floor(shown.toMillis() / 100.0) / 10);
		}
		if (shown.toHours() < 1) {
			return shown.toMinutes() + " min " + shown.toSecondsPart() + " s";
		}
		return shown.toHours() + " h " + shown.toMinutesPart() + " min";
	}

	static String count(long count, String one, String many) {
		return count + " " + ((count == 1) ? one : many);
	}

}
