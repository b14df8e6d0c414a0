package dev.startgate.metadata;

/**
 * A settle condition has failed with an error that asking again does not resolve, such as
 * a class that is missing.
 */
public class ConditionFailedException extends RuntimeException {

	ConditionFailedException(String condition, Throwable cause) {
		super("The settle condition '%s' failed with an error: %s".formatted(condition, cause), cause);
	}

}
