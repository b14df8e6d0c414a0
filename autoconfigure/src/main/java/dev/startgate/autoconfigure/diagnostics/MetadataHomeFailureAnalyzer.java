package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.lifecycle.NoMetadataHomeException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes metadata sources without a database.
 */
class MetadataHomeFailureAnalyzer extends StartgateAnalyzer<NoMetadataHomeException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NoMetadataHomeException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"Mark one DataSource as @Primary; or implement SettleCondition instead of MetadataSource, "
						+ "which needs no database, if every replica may apply the metadata itself.",
				cause);
	}

}
