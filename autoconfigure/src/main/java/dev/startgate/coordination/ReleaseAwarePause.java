package dev.startgate.coordination;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.startgate.gate.Pause;
import org.jspecify.annotations.Nullable;

/**
 * A pause that ends early when the database notifies of a release.
 */
final class ReleaseAwarePause {

	private final Pause pause;

	ReleaseAwarePause(Pause pause) {
		this.pause = pause;
	}

	/**
	 * Pause.
	 * @return whether the pause has ended early
	 */
	boolean pause(Duration duration, @Nullable Lock lock) throws InterruptedException {
		if (lock == null || !lock.isListening()) {
			this.pause.pause(duration);
			return false;
		}
		AtomicBoolean heard = new AtomicBoolean();
		this.pause.pause(duration, (part) -> {
			heard.set(lock.awaitRelease(part));
			return heard.get();
		});
		return heard.get();
	}

}
