package dev.startgate.autoconfigure;

/**
 * Thrown if this replica waits for migrations, looks at them or is there for nothing but
 * to run them, and nobody whom Startgate coordinates runs them.
 */
public class UnattendedMigrationsException extends RuntimeException {

	private final String action;

	private final String mode;

	UnattendedMigrationsException(String missing, String action, String mode) {
		super(missing);
		this.action = action;
		this.mode = mode;
	}

	/**
	 * Return what a person can do about it.
	 * @return one or more sentences
	 */
	public String getAction() {
		return this.action;
	}

	/**
	 * Return what this replica was to do.
	 * @return the value of the property
	 */
	public String getMode() {
		return this.mode;
	}

}
