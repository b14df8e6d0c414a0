package dev.startgate.lock;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A table that the lock needs can't be used.
 */
public class LockTableException extends RuntimeException {

	private final String table;

	private final Problem problem;

	private final List<String> ddl;

	LockTableException(String table, Problem problem, List<String> ddl, @Nullable Throwable cause) {
		super("The table " + table + " " + problem.words + ((cause != null) ? ": " + cause.getMessage() : ""), cause);
		this.table = table;
		this.problem = problem;
		this.ddl = ddl;
	}

	/**
	 * Return the qualified name of the table.
	 * @return the qualified name of the table
	 */
	public String getTable() {
		return this.table;
	}

	/**
	 * Return what is wrong with it.
	 * @return what is wrong with it
	 */
	public Problem getProblem() {
		return this.problem;
	}

	/**
	 * Return the statements that create the tables of the lock.
	 * @return the statements
	 */
	public List<String> getDdl() {
		return this.ddl;
	}

	/**
	 * What is wrong with a table.
	 */
	public enum Problem {

		/**
		 * The user of the connection may not create it.
		 */
		MAY_NOT_CREATE("could not be created"),

		/**
		 * The user of the connection may not read and write it.
		 */
		MAY_NOT_USE("can't be read and written"),

		/**
		 * It is there, with other columns.
		 */
		NOT_OURS("has other columns than those of Startgate"),

		/**
		 * It is not there, and must not be created.
		 */
		MISSING("does not exist and is not to be created");

		private final String words;

		Problem(String words) {
			this.words = words;
		}

	}

}
