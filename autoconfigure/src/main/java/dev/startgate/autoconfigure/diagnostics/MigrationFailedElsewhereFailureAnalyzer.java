package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.flyway.FailureInHistory;
import dev.startgate.flyway.MigrationFailedElsewhereException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a migration that failed on the replica that this one waited for.
 */
class MigrationFailedElsewhereFailureAnalyzer extends StartgateAnalyzer<MigrationFailedElsewhereException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MigrationFailedElsewhereException cause) {
		return new FailureAnalysis(cause.getMessage() + "%n%nIt was not run again here.".formatted(), cause.isRecorded()
				? "A part of it may be applied. " + FailedRowRemoval.action(FailureInHistory.of(rootFailure))
				: "Nothing of it is left, unless it commits by itself. Fix what the error names, and start again: a new start runs it again. To let "
						+ "replicas that stayed up do so, erase the note of the failure:%n%n    %s;"
							.formatted(cause.getEraseStatement()),
				cause);
	}

}
