package dev.startgate.autoconfigure;

import dev.startgate.lock.LockTableException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a table of the lock that can't be used.
 */
class LockTableFailureAnalyzer extends StartgateAnalyzer<LockTableException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, LockTableException cause) {
		return new FailureAnalysis(cause.getMessage() + ". Nothing was migrated.", action(cause), cause);
	}

	private static String action(LockTableException cause) {
		String ddl = "%n%n    %s;%n%n".formatted(String.join(";%n    ".formatted(), cause.getDdl()));
		return switch (cause.getProblem()) {
			case MAY_NOT_CREATE -> "Grant the user of the migrations the right to create tables in that schema, "
					+ "or let somebody with that right run" + ddl
					+ "or choose another schema with 'startgate.tables.schema'.";
			case MISSING -> "Let somebody with the right to create tables run" + ddl
					+ "or set 'startgate.tables.create' to 'true'. Flyway refuses an empty schema that gets tables "
					+ "before its own history table: choose a schema for these two with 'startgate.tables.schema'.";
			case MAY_NOT_USE -> "Grant the user of the migrations SELECT, INSERT, UPDATE and DELETE on "
					+ cause.getTable() + " and its sibling, for example: GRANT SELECT, INSERT, UPDATE, DELETE ON "
					+ cause.getTable() + " TO <user>;";
			case NOT_OURS -> "Choose other names with 'startgate.tables.prefix', or another schema with "
					+ "'startgate.tables.schema'. The table was not touched.";
		};
	}

}
