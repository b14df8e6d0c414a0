package dev.startgate.lock;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A table that the lock needs can't be used.
 */
public class LockTableException extends RuntimeException {

	private final Problem problem;

	private final String user;

	private final List<String> statements;

	LockTableException(String table, Problem problem, String user, List<String> statements, @Nullable Throwable cause) {
		super("The table " + table + " " + problem.words
				+ ((cause != null) ? ": " + SqlFailures.shortAnswer(cause) : ""), cause);
		this.problem = problem;
		this.user = user;
		this.statements = statements;
	}

	/**
	 * Return what is wrong with it.
	 * @return what is wrong with it
	 */
	public Problem getProblem() {
		return this.problem;
	}

	/**
	 * Return the user who needs the tables.
	 * @return the user, as a grant names it
	 */
	public String getUser() {
		return this.user;
	}

	/**
	 * Return the statements with which a privileged user can solve the problem.
	 * @return the statements, empty if no statement helps
	 */
	public List<String> getStatements() {
		return this.statements;
	}

	/**
	 * What is wrong with a table.
	 */
	public enum Problem {

		/**
		 * The user of the connection has no right to create it.
		 */
		MAY_NOT_CREATE("could not be created"),

		/**
		 * It is Flyway's history, which Flyway has no right to create.
		 */
		NO_HISTORY("of Flyway's history is not there, and the user has no right to create it"),

		/**
		 * It is Flyway's history, and Flyway is not to create its schema, or has no right
		 * to.
		 */
		NO_HISTORY_SCHEMA("of Flyway's history is to be in a schema that does not exist"),
		/**
		 * The user of the connection has no right to read and write it.
		 */
		MAY_NOT_USE("can't be read and written"),

		/**
		 * It is there, with other columns.
		 */
		NOT_OURS("has other columns than those of Startgate"),

		/**
		 * It is not there, and must not be created.
		 */
		MISSING("does not exist and is not to be created"),

		/**
		 * It is not there, and must not be created, and Flyway's history is not there
		 * either.
		 */
		MISSING_BEFORE_HISTORY("does not exist and is not to be created"),

		/**
		 * There is no such schema.
		 */
		NO_SCHEMA("is to be in a schema that does not exist");

		private final String words;

		Problem(String words) {
			this.words = words;
		}

	}

}
