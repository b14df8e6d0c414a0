package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.flyway.UnansweredPreconditionException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a precondition that has failed instead of answering.
 */
class UnansweredPreconditionFailureAnalyzer extends StartgateAnalyzer<UnansweredPreconditionException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnansweredPreconditionException cause) {
		return new FailureAnalysis(cause.getMessage() + "%n%nNothing that it is asked for was applied.".formatted(),
				"Correct the precondition, or what it reads, and start again. A replica that stayed up goes on by itself "
						+ "if the correction is in the database.",
				cause);
	}

}
