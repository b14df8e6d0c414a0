package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.lock.UnsupportedDatabaseException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a database on which no lock can be kept.
 */
class UnsupportedDatabaseFailureAnalyzer extends StartgateAnalyzer<UnsupportedDatabaseException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnsupportedDatabaseException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"If only one replica uses this database, set 'startgate.enabled' to 'false': "
						+ "there is nobody to coordinate with.",
				cause);
	}

}
