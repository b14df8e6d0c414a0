package dev.startgate.gate;

import dev.startgate.GateSnapshot.Step;

/**
 * Hears of the steps of a start, each on the thread that begins and ends it.
 */
@FunctionalInterface
public interface StepListener {

	/**
	 * A step begins.
	 * @param step the step
	 * @return runs once, when the step ends; never if it does not end
	 */
	Runnable begins(Step step);

}
