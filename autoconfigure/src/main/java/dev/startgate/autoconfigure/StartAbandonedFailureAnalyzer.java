package dev.startgate.autoconfigure;

import dev.startgate.gate.StartAbandonedException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a start that was given up because the process was asked to end.
 */
class StartAbandonedFailureAnalyzer extends StartgateAnalyzer<StartAbandonedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, StartAbandonedException cause) {
		return new FailureAnalysis(
				cause.getMessage() + ". Nothing is left half done by Startgate: its lock is released.",
				"Nothing, if the process was meant to end. Otherwise find out who sent it a signal: "
						+ "a liveness probe that gives up too early, or a time limit of a deployment.",
				cause);
	}

}
