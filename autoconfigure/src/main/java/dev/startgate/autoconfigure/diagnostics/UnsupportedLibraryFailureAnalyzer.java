package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.autoconfigure.UnsupportedLibraryException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a library that is too old.
 */
class UnsupportedLibraryFailureAnalyzer extends StartgateAnalyzer<UnsupportedLibraryException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnsupportedLibraryException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"Update " + cause.getLibrary() + " in the build, or remove Startgate from it. "
						+ "To start without coordination, set 'startgate.enabled' to 'false'.",
				cause);
	}

}
