package dev.startgate.flyway;

/**
 * Data migrations have no history that they could be recorded in. None was run.
 */
public class DataHistoryException extends RuntimeException {

	private final String action;

	/**
	 * Create a new exception.
	 * @param message what is wrong
	 * @param action what to do about it
	 */
	public DataHistoryException(String message, String action) {
		super(message);
		this.action = action;
	}

	/**
	 * Return what to do about it.
	 * @return the action
	 */
	public String getAction() {
		return this.action;
	}

}
