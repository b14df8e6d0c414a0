package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.flyway.HistoryRightException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a missing right to Flyway's history.
 */
class HistoryRightFailureAnalyzer extends StartgateAnalyzer<HistoryRightException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, HistoryRightException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"Let the owner of the table, or a superuser, run%n%n    %s;%n%n"
					.formatted(String.join(";%n    ".formatted(), cause.getStatements()))
						+ "and start again, or use another user: 'spring.flyway.user' and 'spring.flyway.password'. "
						+ "Migrations that were applied before stay applied.",
				cause);
	}

}
