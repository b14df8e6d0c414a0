package dev.startgate.autoconfigure;

import dev.startgate.gate.DatabaseUnreachableException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a database that could not be reached in time.
 */
class DatabaseUnreachableFailureAnalyzer extends StartgateAnalyzer<DatabaseUnreachableException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DatabaseUnreachableException cause) {
		if (cause.isRefused()) {
			return new FailureAnalysis(cause.getMessage() + ".",
					"Check the user, the password and the name of the database: 'spring.flyway.user', 'spring.flyway.password' and "
							+ "'spring.flyway.url', else 'spring.datasource.username', 'spring.datasource.password' and 'spring.datasource.url'. "
							+ "If somebody else creates them later, wait for that with 'startgate.mode=wait'.",
					cause);
		}
		return new FailureAnalysis(cause.getMessage() + ".",
				"Check that the database runs, and the address in 'spring.flyway.url' or 'spring.datasource.url'. "
						+ "If it only needs longer to start, set 'startgate.database.max-wait' to more.",
				cause);
	}

}
