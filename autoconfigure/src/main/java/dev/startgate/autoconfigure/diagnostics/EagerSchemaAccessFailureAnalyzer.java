package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.autoconfigure.EagerSchemaAccessException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a bean that can't be created before the migrations.
 */
class EagerSchemaAccessFailureAnalyzer extends StartgateAnalyzer<EagerSchemaAccessException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, EagerSchemaAccessException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"Set '%s=%s', or let migrations run before '%s' is created: 'startgate.timing=before-beans'."
					.formatted(cause.getProperty(), cause.getOff(), cause.getBeanName()),
				cause);
	}

}
