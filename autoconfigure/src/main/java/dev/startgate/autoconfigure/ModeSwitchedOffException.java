package dev.startgate.autoconfigure;

/**
 * Thrown if a replica would migrate by itself that is not to do so, because Startgate is
 * switched off.
 */
public class ModeSwitchedOffException extends RuntimeException {

	private final String mode;

	ModeSwitchedOffException(String mode, String beanName) {
		super("With 'startgate.enabled=false' this replica would migrate by itself with the bean '" + beanName
				+ "', although 'startgate.mode' is '" + mode + "'");
		this.mode = mode;
	}

	/**
	 * Return what this replica was to do.
	 * @return the value of the property
	 */
	public String getMode() {
		return this.mode;
	}

}
