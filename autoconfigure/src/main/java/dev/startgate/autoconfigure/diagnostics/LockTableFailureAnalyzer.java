package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.lock.LockTableException;
import dev.startgate.lock.LockTableException.Problem;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a table of the lock that can't be used.
 */
class LockTableFailureAnalyzer extends StartgateAnalyzer<LockTableException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, LockTableException cause) {
		// the right may have been revoked after some migrations have run
		String migrated = (cause.getProblem() != Problem.MAY_NOT_USE) ? " Nothing was migrated." : "";
		return new FailureAnalysis(cause.getMessage() + "." + migrated, action(cause), cause);
	}

	private static String action(LockTableException cause) {
		String statements = "%n%n    %s;%n%n".formatted(String.join(";%n    ".formatted(), cause.getStatements()));
		return switch (cause.getProblem()) {
			case MAY_NOT_CREATE -> "Grant the user " + cause.getUser() + " the right to create tables in that schema, "
					+ "or let somebody with that right run" + statements
					+ "or choose another schema with 'startgate.tables.schema'.";
			case NO_HISTORY -> "Let the owner of that schema, or a superuser, run" + statements
					+ "and start again, or migrate with another user: 'spring.flyway.user' and "
					+ "'spring.flyway.password'. In mode 'wait' the right to read the history is enough.";
			case NO_HISTORY_SCHEMA ->
				"Check 'spring.flyway.default-schema' and 'spring.flyway.schemas'. If that schema is "
						+ "meant, let somebody with the right to create schemas run" + statements
						+ "and start again. Flyway creates it if 'spring.flyway.create-schemas' is 'true' and its user has "
						+ "the right to.";
			case MISSING -> "Let somebody with the right to create tables run" + statements
					+ "or set 'startgate.tables.create' to 'true'.";
			case MISSING_BEFORE_HISTORY ->
				"Flyway has no history there yet, and Flyway refuses a schema that has other "
						+ "tables before. Set 'startgate.tables.create' to 'true' for the first start, or let somebody run"
						+ statements + "and set 'startgate.tables.schema' to 'startgate'.";
			case MAY_NOT_USE -> "Let the owner of the tables run" + statements
					+ "and start again. A user who may not migrate the schema either is perhaps the wrong one: migrate "
					+ "with another user, 'spring.flyway.user' and 'spring.flyway.password', or set 'startgate.mode' to "
					+ "'wait'.";
			case NO_SCHEMA -> "Check 'startgate.tables.schema', or let somebody with the right to create schemas run"
					+ statements + "and start again. Startgate then creates its two tables there.";
			case NOT_OURS -> "Choose other names with 'startgate.tables.prefix', or another schema with "
					+ "'startgate.tables.schema'. The table was not touched.";
		};
	}

}
