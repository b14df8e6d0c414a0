package dev.startgate.flyway;

import java.util.List;

/**
 * One migration of which a history and the application do not say the same.
 *
 * @param kind what is wrong
 * @param migration the migration, for people
 * @param script its script, or the name of its class
 * @param differences what is recorded and what the application has, for people; empty
 * unless the migration has changed
 * @param statement what makes the history say what the application says, empty if no
 * change of the history does
 */
public record Discrepancy(Kind kind, String migration, String script, List<String> differences, String statement) {

	/**
	 * What is wrong.
	 */
	public enum Kind {

		/**
		 * It was changed after it was applied.
		 */
		CHANGED,

		/**
		 * It was applied, and the application does not have it.
		 */
		MISSING,

		/**
		 * It was not applied, although one with a higher version was.
		 */
		NOT_APPLIED,

		/**
		 * It has failed.
		 */
		FAILED

	}

}
