package dev.startgate.chaos;

import java.time.Duration;
import java.util.List;

/**
 * A quantile of measured times: always one of them, never an interpolated value.
 */
final class Quantile {

	private Quantile() {
	}

	/**
	 * Return a quantile in words.
	 * @param sorted the times, the shortest one first
	 * @param share the share of the times that are not longer
	 */
	static String of(List<Duration> sorted, double share) {
		if (sorted.isEmpty()) {
			return "-";
		}
		int index = (int) Math.ceil(share * sorted.size()) - 1;
		return sorted.get(Math.max(0, index)).toMillis() + " ms";
	}

}
