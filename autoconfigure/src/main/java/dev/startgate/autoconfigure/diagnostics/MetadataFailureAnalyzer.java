package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.metadata.MetadataFailedException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes metadata that could not be applied.
 */
class MetadataFailureAnalyzer extends StartgateAnalyzer<MetadataFailedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MetadataFailedException cause) {
		return new FailureAnalysis(cause.getMessage() + ". It was not recorded as applied.",
				"Resolve what metadata source '%s' ran into, and start again: the next start applies it again."
					.formatted(cause.getSource()),
				cause);
	}

}
