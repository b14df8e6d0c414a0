package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.metadata.UnusableMetadataSourceException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a metadata source without a name or a version that can be recorded.
 */
class UnusableMetadataSourceFailureAnalyzer extends StartgateAnalyzer<UnusableMetadataSourceException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnusableMetadataSourceException cause) {
		return new FailureAnalysis(cause.getMessage() + ". It was not applied.",
				"Let name() return a short name that no other source has, and version() a short version, such as a "
						+ "checksum, and start again.",
				cause);
	}

}
