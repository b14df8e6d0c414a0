package dev.startgate;

import java.time.Duration;

/**
 * The gate of this application: closed at start, open once migrations and settling are
 * done. Always a bean; with Startgate switched off it is always open. Safe for use by
 * several threads.
 */
public interface StartupGate {

	/**
	 * Return what is known now. Costs no database access.
	 * @return an immutable snapshot
	 */
	GateSnapshot snapshot();

	/**
	 * Return whether the gate is open.
	 * @return {@code true} from the moment it opened on
	 */
	default boolean isOpen() {
		return snapshot().state() == GateState.OPEN;
	}

	/**
	 * Wait until the gate is open.
	 * @param timeout how long to wait at most; zero or less looks once
	 * @return {@code true} if the gate is open, {@code false} if the time has passed
	 * @throws InterruptedException if the waiting thread was interrupted
	 * @throws GateFailedException if the start has failed, so that the gate never opens
	 */
	boolean awaitOpen(Duration timeout) throws InterruptedException;

}
