package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.flyway.UnrehearsableDatabaseException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a rehearsal on a database that may commit what is to be rolled back.
 */
class UnrehearsableDatabaseFailureAnalyzer extends StartgateAnalyzer<UnrehearsableDatabaseException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnrehearsableDatabaseException cause) {
		return new FailureAnalysis(
				"Migrations can't be rehearsed on %s: a rehearsal is one transaction that is rolled back, and only of PostgreSQL is it known that changes of the schema are rolled back with it. Nothing was run."
					.formatted(cause.getProduct()),
				"Migrate a copy of the database by 'startgate.mode=migrate-and-exit', and throw the copy away.", cause);
	}

}
