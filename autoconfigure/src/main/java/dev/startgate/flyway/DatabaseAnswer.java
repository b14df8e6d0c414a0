package dev.startgate.flyway;

import java.sql.SQLException;
import java.util.Set;
import java.util.stream.Stream;

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

	/**
	 * Return what is missing, as far as the answer tells.
	 * @param failure the failure, which may have the answer anywhere within
	 * @return the reason
	 */
	public static Reason reason(Throwable failure) {
		SQLException exception = find(failure);
		return (exception == null) ? Reason.OTHER
				: Stream.of(Reason.values()).filter((one) -> one.isOf(exception)).findFirst().orElse(Reason.OTHER);
	}

	static @Nullable SQLException find(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException exception) {
				return exception;
			}
		}
		return null;
	}

	/**
	 * What a database may be short of, so that no script is to be corrected.
	 */
	public enum Reason {

		/**
		 * Room on a disk.
		 */
		NO_SPACE(Set.of("53100"), Set.of(1021, 1114)),
		/**
		 * Memory.
		 */
		NO_MEMORY(Set.of("53200"), Set.of(1037, 1038, 1041)),
		/**
		 * Room for another connection.
		 */
		NO_CONNECTION(Set.of("53300"), Set.of(1040, 1203, 1226)),
		/**
		 * A right of the user, who is known. The codes are those of MySQL and MariaDB
		 * (table, column, database, privilege) and of H2.
		 */
		NO_RIGHT(Set.of("42501"), Set.of(1142, 1143, 1044, 1227, 90096)),
		/**
		 * Something else.
		 */
		OTHER(Set.of(), Set.of());

		private final Set<String> states;

		private final Set<Integer> codes;

		Reason(Set<String> states, Set<Integer> codes) {
			this.states = states;
			this.codes = codes;
		}

		private boolean isOf(SQLException exception) {
			return this.states.contains(String.valueOf(exception.getSQLState()))
					|| this.codes.contains(exception.getErrorCode());
		}

	}

}
