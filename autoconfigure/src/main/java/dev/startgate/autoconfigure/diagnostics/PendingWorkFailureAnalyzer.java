package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.coordination.PendingWorkException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes work that a replica has found which was only to look.
 */
class PendingWorkFailureAnalyzer extends StartgateAnalyzer<PendingWorkException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, PendingWorkException cause) {
		return new FailureAnalysis(
				"The schema is not what this application needs, and with 'startgate.mode=verify' nothing is done about it:"
						+ "%n%n    %s".formatted(String.join("%n    ".formatted(), cause.getPending())),
				"Let a replica migrate: one with 'startgate.mode=migrate', or a job with 'startgate.mode=migrate-and-exit'. To wait for it here, use 'startgate.mode=wait'.",
				cause);
	}

}
