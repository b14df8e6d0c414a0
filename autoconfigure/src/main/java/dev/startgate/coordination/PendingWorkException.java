package dev.startgate.coordination;

import java.util.List;

/**
 * Thrown if there is work to do, and this replica is only to look.
 */
public class PendingWorkException extends RuntimeException {

	private final List<String> pending;

	PendingWorkException(String work, List<String> pending) {
		super("There is work to do, but this replica is only to look. Left of the " + work + ": "
				+ String.join(", ", pending));
		this.pending = List.copyOf(pending);
	}

	/**
	 * Return what is left to do.
	 * @return one line for each
	 */
	public List<String> getPending() {
		return this.pending;
	}

}
