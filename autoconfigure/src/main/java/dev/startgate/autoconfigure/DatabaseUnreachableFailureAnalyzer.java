package dev.startgate.autoconfigure;

import dev.startgate.gate.DatabaseUnreachableException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a database that could not be reached in time.
 */
class DatabaseUnreachableFailureAnalyzer extends AbstractFailureAnalyzer<DatabaseUnreachableException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DatabaseUnreachableException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"Check that the database runs, and the address in 'spring.flyway.url' or 'spring.datasource.url'. "
						+ "If it only needs longer to start, set 'startgate.database.max-wait' to more.",
				cause);
	}

}
