package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.autoconfigure.UnattendedMigrationsException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes migrations that nobody runs, or not under the lock.
 */
class UnattendedMigrationsFailureAnalyzer extends StartgateAnalyzer<UnattendedMigrationsException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnattendedMigrationsException cause) {
		return new FailureAnalysis(
				"%s, so that 'startgate.mode=%s' has no effect.".formatted(cause.getMessage(), cause.getMode()),
				cause.getAction(), cause);
	}

}
