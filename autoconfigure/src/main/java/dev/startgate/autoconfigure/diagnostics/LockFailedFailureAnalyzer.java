package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.lock.LockFailedException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a statement of the lock itself that the database refused.
 */
class LockFailedFailureAnalyzer extends StartgateAnalyzer<LockFailedException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, LockFailedException cause) {
		if (cause.getCause() instanceof InterruptedException) {
			return null;
		}
		return new FailureAnalysis(cause.getMessage(),
				"The database gave this answer to a statement of Startgate on its own tables or sessions, and not to "
						+ "one of a migration. Fix what the answer names, and start again. To start without the lock, and "
						+ "without the migrations of Spring Boot's own Flyway, set 'startgate.enabled' and "
						+ "'spring.flyway.enabled' to 'false'.",
				cause);
	}

}
