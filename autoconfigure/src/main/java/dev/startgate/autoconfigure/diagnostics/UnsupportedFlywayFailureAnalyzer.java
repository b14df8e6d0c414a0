package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.flyway.UnsupportedFlywayException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a Flyway that is too old.
 */
class UnsupportedFlywayFailureAnalyzer extends StartgateAnalyzer<UnsupportedFlywayException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnsupportedFlywayException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"Leave the version to Spring Boot: remove 'flyway.version', or whatever else sets it, from the build. "
						+ "To start with this Flyway, and without coordination, set 'startgate.enabled' to 'false'.",
				cause);
	}

}
