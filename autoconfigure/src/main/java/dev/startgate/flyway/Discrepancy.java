package dev.startgate.flyway;

import java.util.List;

/**
 * One migration on which a history and the application disagree.
 *
 * @param kind what is wrong
 * @param migration the migration, for people
 * @param script its script, or the name of its class
 * @param differences what is recorded and what the application has, for people; empty
 * unless the migration has changed
 * @param statement what makes the history agree with the application, empty if no change
 * of the history does
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
