package dev.startgate.autoconfigure;

/**
 * A property has a value that makes no sense.
 */
class InvalidPropertyException extends IllegalArgumentException {

	private final String property;

	private final String value;

	private final String expected;

	InvalidPropertyException(String property, String value, String expected) {
		super("'" + property + "' is '" + value + "', and must be " + expected);
		this.property = property;
		this.value = value;
		this.expected = expected;
	}

	String getProperty() {
		return this.property;
	}

	String getValue() {
		return this.value;
	}

	String getExpected() {
		return this.expected;
	}

}
