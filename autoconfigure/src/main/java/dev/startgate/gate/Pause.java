package dev.startgate.gate;

import java.time.Duration;
import java.util.function.Predicate;

/**
 * How a thread lets time pass.
 */
@FunctionalInterface
public interface Pause {

	/**
	 * Let time pass.
	 * @param duration how long
	 * @throws InterruptedException if the thread was interrupted, or waiting makes no
	 * sense any more because the process is about to end
	 */
	void pause(Duration duration) throws InterruptedException;

	/**
	 * Let time pass until something happens.
	 * @param duration how long at most, more or less
	 * @param event takes the longest time to wait, and returns whether the event has
	 * happened; called repeatedly, on any thread
	 * @throws InterruptedException if the thread was interrupted, or waiting makes no
	 * sense any more because the process is about to end
	 */
	default void pause(Duration duration, Predicate<Duration> event) throws InterruptedException {
		if (!event.test(Duration.ZERO)) {
			pause(duration);
		}
	}

}
