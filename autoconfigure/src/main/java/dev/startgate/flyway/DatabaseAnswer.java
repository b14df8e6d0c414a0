package dev.startgate.flyway;

import java.sql.SQLException;

import dev.startgate.gate.MessageSanitizer;
import dev.startgate.sql.Causes;

/**
 * What the database said when something failed.
 */
public final class DatabaseAnswer {

	private DatabaseAnswer() {
	}

	/**
	 * Return the message of the database, or of the failure if it has no database error.
	 * @param failure the failure, which may have the cause anywhere within
	 * @return a message for people, without credentials
	 */
	public static String in(Throwable failure) {
		SQLException exception = Causes.first(failure, SQLException.class).orElse(null);
		if (exception == null) {
			return MessageSanitizer.hideCredentials(String.valueOf(failure.getMessage()));
		}
		return "%s (SQLSTATE %s)".formatted(
				MessageSanitizer.hideCredentials(String.valueOf(exception.getMessage())).strip(),
				exception.getSQLState());
	}

}
