package dev.startgate.autoconfigure.diagnostics;

import java.util.stream.Collectors;

import dev.startgate.flyway.Discrepancy;
import dev.startgate.flyway.Discrepancy.Kind;
import dev.startgate.flyway.FailureInHistory;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes Flyway's complaint about nothing but migrations that failed in an earlier
 * start.
 */
class FailedRowFailureAnalyzer extends StartgateAnalyzer<FlywayValidateException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, FlywayValidateException cause) {
		FailureInHistory history = FailureInHistory.of(rootFailure);
		if (!isCoordinated(cause) || history == null || history.getDiscrepancies().isEmpty()
				|| history.getDiscrepancies().stream().anyMatch((one) -> one.kind() != Kind.FAILED)) {
			return null;
		}
		return new FailureAnalysis("Flyway has recorded that a migration failed: %s. A part of it may be applied.%s"
			.formatted(
					history.getDiscrepancies().stream().map(Discrepancy::migration).collect(Collectors.joining(", ")),
					HistoryMismatchFailureAnalyzer.nothingWasRun(cause)),
				FailedRowRemoval.action(history), cause);
	}

}
