package dev.startgate.flyway;

import java.sql.SQLException;

import dev.startgate.gate.Secrets;
import org.jspecify.annotations.Nullable;

/**
 * What the database said when something failed.
 */
public final class DatabaseAnswer {

	private DatabaseAnswer() {
	}

	/**
	 * Return what the database said, or whoever else has failed.
	 * @param failure the failure, which may have the cause anywhere within
	 * @return a message for people, without credentials
	 */
	public static String in(Throwable failure) {
		SQLException exception = find(failure);
		if (exception == null) {
			return Secrets.hideCredentials(String.valueOf(failure.getMessage()));
		}
		return "%s (SQLSTATE %s)".formatted(Secrets.hideCredentials(String.valueOf(exception.getMessage())).strip(),
				exception.getSQLState());
	}

	static @Nullable SQLException find(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException exception) {
				return exception;
			}
		}
		return null;
	}

}
