package dev.startgate.autoconfigure;

import dev.startgate.flyway.DataHistoryException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes data migrations that have no history of their own.
 */
class DataHistoryFailureAnalyzer extends StartgateAnalyzer<DataHistoryException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DataHistoryException cause) {
		return new FailureAnalysis(cause.getMessage() + ".", cause.getAction(), cause);
	}

}
