package dev.startgate.flyway;

import java.util.List;

/**
 * Data migrations share a history or a folder with the schema, or it is not clear to
 * which Flyway they belong. None of them was run.
 */
public class DataHistoryException extends RuntimeException {

	private final Problem problem;

	private final List<String> values;

	/**
	 * Create a new exception.
	 * @param problem what is wrong
	 * @param message the same in words
	 * @param values the values of the data migrations and of the schema that are wrong
	 */
	DataHistoryException(Problem problem, String message, String... values) {
		super(message);
		this.problem = problem;
		this.values = List.of(values);
	}

	/**
	 * Return what is wrong.
	 * @return what is wrong
	 */
	public Problem getProblem() {
		return this.problem;
	}

	/**
	 * Return the values that are wrong.
	 * @return the value of the data migrations, then that of the schema; may be empty
	 */
	public List<String> getValues() {
		return this.values;
	}

	/**
	 * What is wrong.
	 */
	public enum Problem {

		/**
		 * They have the history table of the schema.
		 */
		SAME_TABLE,
		/**
		 * They have a folder of the schema.
		 */
		SAME_FOLDER,
		/**
		 * One of them was given to the Flyway of a schema.
		 */
		GIVEN_TO_SCHEMA,
		/**
		 * They may belong to several Flyways.
		 */
		SEVERAL_FLYWAYS

	}

}
