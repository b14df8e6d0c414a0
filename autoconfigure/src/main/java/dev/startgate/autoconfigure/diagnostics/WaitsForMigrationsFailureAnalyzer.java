package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.lifecycle.WaitsForMigrationsException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a bean that is needed before the migrations and waits for them.
 */
class WaitsForMigrationsFailureAnalyzer extends StartgateAnalyzer<WaitsForMigrationsException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WaitsForMigrationsException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"Let '%s' use the connection that it is given instead of injecting a JdbcTemplate, a JdbcClient or a "
					.formatted(cause.getBeanName())
						+ "repository. A metadata source may also return AFTER_MIGRATIONS from phase().",
				cause);
	}

}
