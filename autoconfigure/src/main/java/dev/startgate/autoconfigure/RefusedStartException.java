package dev.startgate.autoconfigure;

/**
 * Thrown if a property or a library, or the lack of one, keeps the application from
 * starting as it is meant to.
 */
public class RefusedStartException extends RuntimeException {

	private final String action;

	RefusedStartException(String message, String action) {
		super(message);
		this.action = action;
	}

	/**
	 * Return what a person can do about it.
	 * @return one or more sentences
	 */
	public String getAction() {
		return this.action;
	}

}
