package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.coordination.RetriesExhaustedException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a transient failure that occurred again at each attempt.
 */
class RetriesExhaustedFailureAnalyzer extends StartgateAnalyzer<RetriesExhaustedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, RetriesExhaustedException cause) {
		return new FailureAnalysis(
				"%s. That is a transient failure, but it came at each of %d attempts.".formatted(cause.getFailure(),
						cause.getAttempts()),
				"Start this replica again: it looks at what is done and goes on with the rest. If the failure comes "
						+ "again, find out what other sessions do to the same rows or tables at that time, or set "
						+ "'startgate.retry.max-retries' and 'startgate.retry.max-delay' to more.",
				cause);
	}

}
