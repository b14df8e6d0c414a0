package dev.startgate.autoconfigure;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a bean that can't be created before the migrations.
 */
class SchemaNeededFailureAnalyzer extends StartgateAnalyzer<SchemaNeededException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, SchemaNeededException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"Set '%s=%s', or let migrations run before '%s' is created: 'startgate.timing=before-beans'."
					.formatted(cause.getProperty(), cause.getOff(), cause.getBeanName()),
				cause);
	}

}
