package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.flyway.MisnamedPreconditionException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a precondition whose name does not tell where it belongs.
 */
class MisnamedPreconditionFailureAnalyzer extends StartgateAnalyzer<MisnamedPreconditionException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MisnamedPreconditionException cause) {
		return new FailureAnalysis(cause.getMessage() + ". Nothing was run.",
				"Name it like 'V7__every_point_has_a_user.sql', with the version of the migration that it is to be "
						+ "asked before, or move it out of 'startgate.preconditions.locations'.",
				cause);
	}

}
