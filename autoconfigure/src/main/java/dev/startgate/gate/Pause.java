package dev.startgate.gate;

import java.time.Duration;

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

}
