package dev.startgate.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a property whose value makes no sense.
 */
class InvalidPropertyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidPropertyException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidPropertyException cause) {
		return new FailureAnalysis(
				"The value '%s' of '%s' makes no sense.".formatted(cause.getValue(), cause.getProperty()),
				"Set '%s' to %s.".formatted(cause.getProperty(), cause.getExpected()), cause);
	}

}
