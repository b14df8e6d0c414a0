package dev.startgate.flyway;

/**
 * A precondition could not be asked. It is unknown whether it is violated, and nothing of
 * the migrations that it belongs to was applied.
 */
public class UnansweredPreconditionException extends RuntimeException {

	UnansweredPreconditionException(String precondition, String migrations, Exception cause) {
		super("The precondition %s of %s could not be asked: %s".formatted(precondition, migrations,
				DatabaseAnswer.in(cause)), cause);
	}

}
