package dev.startgate.lock;

import java.sql.SQLException;

import dev.startgate.coordination.DatabaseUnreachableException;
import dev.startgate.gate.MessageSanitizer;
import dev.startgate.sql.Causes;
import dev.startgate.sql.DatabaseCondition;

import org.springframework.core.NestedRuntimeException;

/**
 * Describes failures of the lock in words.
 */
final class SqlFailures {

	private SqlFailures() {
	}

	/**
	 * Translate a failure, for callers that try again when the database can't be reached.
	 */
	static RuntimeException translate(String what, Exception failure) {
		if (DatabaseUnreachableException.isCausing(failure)) {
			return new DatabaseUnreachableException(failure);
		}
		if (DatabaseCondition.READ_ONLY.isIn(failure)) {
			return DatabaseUnreachableException.readOnly(failure);
		}
		return new LockFailedException(what, failure);
	}

	/**
	 * Return what the database said, without credentials, for the log. Spring's own
	 * message, which quotes the statement, is left out.
	 */
	static String answer(Throwable failure) {
		String message = String.valueOf((failure instanceof NestedRuntimeException nested)
				? nested.getMostSpecificCause().getMessage() : failure.getMessage());
		return MessageSanitizer.hideCredentials(message).strip();
	}

	/**
	 * Return the first line of what the database said, if it is behind a failure.
	 */
	static String shortAnswer(Throwable failure) {
		return answer(Causes.first(failure, SQLException.class).map(Throwable.class::cast).orElse(failure)).lines()
			.findFirst()
			.orElse("");
	}

}
