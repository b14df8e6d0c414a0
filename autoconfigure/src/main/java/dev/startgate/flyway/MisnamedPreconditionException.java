package dev.startgate.flyway;

/**
 * The name of a file with a precondition does not tell the migration that it belongs to.
 */
public class MisnamedPreconditionException extends RuntimeException {

	MisnamedPreconditionException(String name, String file) {
		super("The precondition '%s' (%s) does not tell which migration it belongs to".formatted(name, file));
	}

}
