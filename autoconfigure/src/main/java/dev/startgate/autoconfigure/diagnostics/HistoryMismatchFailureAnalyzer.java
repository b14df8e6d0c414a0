package dev.startgate.autoconfigure.diagnostics;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.startgate.flyway.Discrepancy;
import dev.startgate.flyway.Discrepancy.Kind;
import dev.startgate.flyway.FailureInHistory;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a failed validation: Flyway's history differs from the migrations of the
 * application, or it only contains migrations that failed in an earlier start.
 */
class HistoryMismatchFailureAnalyzer extends StartgateAnalyzer<FlywayValidateException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, FlywayValidateException cause) {
		FailureInHistory history = FailureInHistory.of(rootFailure);
		if (!isCoordinated(cause) || history == null || history.getDiscrepancies().isEmpty()) {
			return null;
		}
		return history.getDiscrepancies().stream().allMatch((one) -> one.kind() == Kind.FAILED)
				? failedRows(history, cause) : mismatch(history, cause);
	}

	private static FailureAnalysis failedRows(FailureInHistory history, FlywayValidateException cause) {
		return new FailureAnalysis("Flyway has recorded that a migration failed: %s. A part of it may be applied.%s"
			.formatted(
					history.getDiscrepancies().stream().map(Discrepancy::migration).collect(Collectors.joining(", ")),
					nothingWasRun(cause)),
				FailedRowRemoval.action(history), cause);
	}

	private static FailureAnalysis mismatch(FailureInHistory history, FlywayValidateException cause) {
		return new FailureAnalysis(
				"The migrations of this application are not those that Flyway has recorded. %s.%s%n%n%s".formatted(
						history.getMessage(), nothingWasRun(cause),
						history.getDiscrepancies()
							.stream()
							.map((one) -> "    " + describe(one))
							.collect(Collectors.joining("%n".formatted()))),
				String.join("%n%n".formatted(), actions(history)), cause);
	}

	/**
	 * Return a sentence that nothing was run, empty if that is not known. A strategy may
	 * call {@code validate()} at any time.
	 */
	private static String nothingWasRun(FlywayValidateException failure) {
		return isThrownBelow(failure, "org.flywaydb.core.Flyway.migrate") ? " No migration of this history was run."
				: "";
	}

	private static String describe(Discrepancy one) {
		String which = "%s (%s) ".formatted(one.migration(), one.script());
		return which + switch (one.kind()) {
			case CHANGED -> "has changed since it was applied: " + String.join("; ", one.differences());
			case MISSING -> "was applied, and this application does not have it";
			case NOT_APPLIED -> "was not applied, although a higher version was";
			case FAILED -> "has failed, and a part of it may be applied";
		};
	}

	private static List<String> actions(FailureInHistory history) {
		List<String> actions = new ArrayList<>();
		if (of(history, Kind.CHANGED).findAny().isPresent()) {
			actions.add("Restore what has changed, and put the change into a new migration. If the schema is as the "
					+ "changed migration leaves it, for example because only a comment has changed, record the change "
					+ "instead:%n%n%s".formatted(of(history, Kind.CHANGED).map((one) -> "    " + one.statement() + ";")
						.collect(Collectors.joining("%n".formatted()))));
		}
		if (of(history, Kind.MISSING).findAny().isPresent()) {
			actions.add("Bring back what was applied: the file was removed or renamed, is in none of the locations, or "
					+ "this release is older than the schema. If it is gone for good, set "
					+ "'spring.flyway.ignore-migration-patterns' to '*:missing,*:future'.");
		}
		if (of(history, Kind.NOT_APPLIED).findAny().isPresent()) {
			actions.add("Give what was not applied a version that is higher than all that were. If it does not matter "
					+ "that it runs after them, set 'spring.flyway.out-of-order' to 'true'.");
		}
		if (of(history, Kind.FAILED).findAny().isPresent()) {
			actions.add(FailedRowRemoval.action(history));
		}
		return actions;
	}

	private static Stream<Discrepancy> of(FailureInHistory history, Kind kind) {
		return history.getDiscrepancies().stream().filter((one) -> one.kind() == kind);
	}

}
