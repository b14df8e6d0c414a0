package dev.startgate.gate;

/**
 * Told of the steps of a start, each on the thread that begins and ends it.
 */
@FunctionalInterface
public interface StepListener {

	/**
	 * A step begins.
	 * @param name the name of the step
	 * @return told, once, that it has ended; a step that never ends is not told of
	 */
	Runnable begins(String name);

}
