package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.coordination.StartAbandonedException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a start that was given up because the process was asked to end.
 */
class StartAbandonedFailureAnalyzer extends StartgateAnalyzer<StartAbandonedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, StartAbandonedException cause) {
		return new FailureAnalysis(
				cause.getMessage() + ". If a migration was running, it is rolled back. "
						+ "One that ran outside a transaction may be half done: then the next start says so.",
				"Nothing, if the process was meant to end. Otherwise find out what has ended it: "
						+ "a liveness probe that gives up too early, or a time limit of a deployment.",
				cause);
	}

}
