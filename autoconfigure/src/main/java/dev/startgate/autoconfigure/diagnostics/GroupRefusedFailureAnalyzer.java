package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.flyway.GroupRefusedException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes migrations that were to be one transaction.
 */
class GroupRefusedFailureAnalyzer extends StartgateAnalyzer<GroupRefusedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, GroupRefusedException cause) {
		return new FailureAnalysis(cause.getMessage() + ". Nothing was run.",
				"Set 'spring.flyway.group=false', so that each migration is a transaction of its own.", cause);
	}

}
