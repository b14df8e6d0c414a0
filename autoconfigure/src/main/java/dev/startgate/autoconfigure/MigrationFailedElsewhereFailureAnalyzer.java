package dev.startgate.autoconfigure;

import dev.startgate.flyway.MigrationFailedElsewhereException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a migration that failed on the replica that this one waited for.
 */
class MigrationFailedElsewhereFailureAnalyzer extends StartgateAnalyzer<MigrationFailedElsewhereException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MigrationFailedElsewhereException cause) {
		return new FailureAnalysis(cause.getMessage() + "%n%nIt was not run again here.".formatted(), cause.isRecorded()
				? "A part of it may be applied. Bring the schema into the state before the migration or after it, "
						+ "run 'flyway repair', which removes the row with success=false from the schema history, "
						+ "and start again. A replica that stayed up then goes on by itself."
						+ MigrationFailureAnalyzer.RERUN
				: "Nothing of it is left. Mend the script or the data, and start again: whoever starts anew runs "
						+ "it again. To let replicas that stayed up do so, erase the note of the failure:%n%n    %s;"
							.formatted(cause.getEraseStatement()),
				cause);
	}

}
