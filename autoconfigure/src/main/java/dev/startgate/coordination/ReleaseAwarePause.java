package dev.startgate.coordination;

import java.time.Duration;

import dev.startgate.gate.Pause;
import org.jspecify.annotations.Nullable;

/**
 * A pause that ends early when the database tells of a release.
 */
final class ReleaseAwarePause {

	private final Pause pause;

	ReleaseAwarePause(Pause pause) {
		this.pause = pause;
	}

	void pause(Duration duration, @Nullable Lock lock) throws InterruptedException {
		if (lock != null && lock.isListening()) {
			this.pause.pause(duration, lock::awaitRelease);
		}
		else {
			this.pause.pause(duration);
		}
	}

}
