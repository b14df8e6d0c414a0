package dev.startgate.gate;

import dev.startgate.GateSnapshot;

/**
 * Told about each change of state, on the thread that caused it, after the gate's monitor
 * is released.
 */
@FunctionalInterface
public interface GateListener {

	/**
	 * The state has changed.
	 * @param before what was known before
	 * @param after what is known now
	 */
	void stateChanged(GateSnapshot before, GateSnapshot after);

}
