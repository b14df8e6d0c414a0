package dev.startgate.coordination;

import java.time.Duration;

import dev.startgate.gate.Pause;
import org.jspecify.annotations.Nullable;

/**
 * A pause that ends early when the database tells of a release.
 */
final class ReleaseAwarePause {

	private static final Duration LISTEN_AGAIN = Duration.ofMillis(20);

	private final Pause pause;

	ReleaseAwarePause(Pause pause) {
		this.pause = pause;
	}

	void pause(Duration duration, @Nullable Lock lock) throws InterruptedException {
		Duration left = duration;
		while (left.compareTo(Duration.ZERO) > 0 && (lock == null || !lock.hasNews())) {
			Duration part = (left.compareTo(LISTEN_AGAIN) < 0) ? left : LISTEN_AGAIN;
			this.pause.pause(part);
			left = left.minus(part);
		}
	}

}
