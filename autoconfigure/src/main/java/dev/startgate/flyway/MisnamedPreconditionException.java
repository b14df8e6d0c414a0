package dev.startgate.flyway;

/**
 * The name of a file with a precondition does not tell the migration that it belongs to.
 */
public class MisnamedPreconditionException extends RuntimeException {

	private final String property;

	MisnamedPreconditionException(String name, String file, String property) {
		super("The precondition '%s' (%s) does not tell which migration it belongs to".formatted(name, file));
		this.property = property;
	}

	/**
	 * Return where it was found.
	 * @return the property that names its location
	 */
	public String getProperty() {
		return this.property;
	}

}
