package dev.startgate.gate;

import java.time.Duration;
import java.util.Locale;

/**
 * Durations and counts as people say them.
 */
public final class HumanReadable {

	private HumanReadable() {
	}

	/**
	 * Return a duration in seconds, with one digit after the point. Uses no formatter,
	 * because the first use of one costs each start some milliseconds.
	 * @param duration the duration
	 * @return for example "12.3 s"
	 */
	public static String seconds(Duration duration) {
		long tenths = (duration.toMillis() + 50) / 100;
		return tenths / 10 + "." + tenths % 10 + " s";
	}

	/**
	 * Return a duration in the two largest units that it has.
	 * @param duration the duration
	 * @return for example "2 h 5 min"
	 */
	public static String duration(Duration duration) {
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

	/**
	 * Return a number of things.
	 * @param count how many there are
	 * @param one the word for one
	 * @param many the word for several
	 * @return for example "2 migrations"
	 */
	public static String count(long count, String one, String many) {
		return count + " " + ((count == 1) ? one : many);
	}

}
