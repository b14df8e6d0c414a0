package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.flyway.MigrationPreconditionException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a violated precondition of one migration.
 */
class MigrationPreconditionFailureAnalyzer extends StartgateAnalyzer<MigrationPreconditionException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MigrationPreconditionException cause) {
		String rows = String.join("%n".formatted(), cause.getFirst());
		return new FailureAnalysis(
				"%s. Nothing of it is applied. The first are:%n%n%s".formatted(cause.getMessage(), rows),
				"Fix these rows, and start again. A replica that stayed up goes on by itself.", cause);
	}

}
