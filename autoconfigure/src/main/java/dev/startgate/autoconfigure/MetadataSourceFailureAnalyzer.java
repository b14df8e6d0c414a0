package dev.startgate.autoconfigure;

import dev.startgate.lifecycle.MetadataSourceTooLateException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a metadata source that can't be created before the migrations.
 */
class MetadataSourceFailureAnalyzer extends AbstractFailureAnalyzer<MetadataSourceTooLateException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MetadataSourceTooLateException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"Let '%s' use the connection that apply() is given instead of injecting a JdbcTemplate, a JdbcClient "
					.formatted(cause.getBeanName()) + "or a repository; or return AFTER_MIGRATIONS from phase().",
				cause);
	}

}
