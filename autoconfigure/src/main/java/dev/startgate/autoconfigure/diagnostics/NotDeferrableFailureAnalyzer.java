package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.lifecycle.NotDeferrableException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes the name of a bean that can't be held or exempt.
 */
class NotDeferrableFailureAnalyzer extends StartgateAnalyzer<NotDeferrableException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NotDeferrableException cause) {
		return new FailureAnalysis(
				"'startgate.defer.include' or 'startgate.defer.exempt' names '%s', but there is no bean of that name that Spring starts and stops."
					.formatted(cause.getBeanName()),
				"Correct the name, or remove it. Beans that Spring starts and stops here: %s."
					.formatted(String.join(", ", cause.getCandidates())),
				cause);
	}

}
