package dev.startgate.coordination;

import java.time.Duration;

import dev.startgate.GateSnapshot.Progress;
import dev.startgate.gate.Time;
import dev.startgate.gate.UnderWay;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a waiting replica logs that the holder's migration waits for another
 * session. That session may change with each attempt, so it is logged only now and then.
 */
final class BlockerNews {

	private static final Duration SAY_AGAIN = Duration.ofSeconds(10);

	private final Time time;

	private @Nullable String last;

	private @Nullable Long at;

	BlockerNews(Time time) {
		this.time = time;
	}

	/**
	 * Return whether to log what the holder waits for.
	 * @param progress how far the holder is
	 */
	boolean isIn(@Nullable Progress progress) {
		if (progress == null || !UnderWay.isWaiting(progress) || String.valueOf(progress.current()).equals(this.last)
				|| (this.at != null && this.time.since(this.at).compareTo(SAY_AGAIN) < 0)) {
			return false;
		}
		this.last = progress.current();
		this.at = this.time.nanoTime();
		return true;
	}

}
