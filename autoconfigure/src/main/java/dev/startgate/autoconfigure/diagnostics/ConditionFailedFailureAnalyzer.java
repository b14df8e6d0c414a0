package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.metadata.ConditionFailedException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a settle condition that can't work.
 */
class ConditionFailedFailureAnalyzer extends StartgateAnalyzer<ConditionFailedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, ConditionFailedException cause) {
		return new FailureAnalysis(cause.getMessage() + ". It is not asked again, and the gate stayed closed.",
				"Correct the code of the condition, or the libraries that it needs, and start again. Migrations that "
						+ "were applied before stay applied.",
				cause);
	}

}
