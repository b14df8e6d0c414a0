package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.lock.ReadOnlyDatabaseException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a database that lets a user change nothing.
 */
class ReadOnlyDatabaseFailureAnalyzer extends StartgateAnalyzer<ReadOnlyDatabaseException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, ReadOnlyDatabaseException cause) {
		return new FailureAnalysis(cause.getMessage() + ". The server is no standby. Nothing was migrated.",
				"Change the setting (%s), or migrate as another user: 'spring.flyway.user' and 'spring.flyway.password'."
					.formatted(cause.getRemedy()),
				cause);
	}

}
