package dev.startgate.autoconfigure;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.flywaydb.core.api.exception.FlywayValidateException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes Flyway's complaint about a migration that has failed in an earlier start. The
 * exception tells which one in its message only.
 */
class FailedRowFailureAnalyzer extends StartgateAnalyzer<FlywayValidateException> {

	private static final Pattern COMPLAINT = Pattern.compile("(?m)^(?:Detected|Migration) (.*)");

	private static final Pattern FAILED = Pattern
		.compile("failed (?:migration to version (\\S+) \\((.*)\\)|repeatable migration: (.*))\\.");

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, FlywayValidateException cause) {
		List<String> complaints = COMPLAINT.matcher(String.valueOf(cause.getMessage()))
			.results()
			.map((found) -> found.group(1).strip())
			.toList();
		List<MatchResult> failed = complaints.stream()
			.flatMap((complaint) -> FAILED.matcher(complaint).results())
			.toList();
		if (!isCoordinated(cause) || failed.isEmpty() || failed.size() < complaints.size()) {
			return null;
		}
		return new FailureAnalysis(
				"Flyway has recorded that a migration failed: %s. A part of it may be applied. Nothing was run."
					.formatted(failed.stream().map(FailedRowFailureAnalyzer::name).collect(Collectors.joining(", "))),
				"Bring the schema into the state before the migration, and remove its row from the schema history, with "
						+ "'flyway repair' or by hand (the table may have another name):%n%n%s%n%nThen start again.%s"
							.formatted(failed.stream()
								.map(FailedRowFailureAnalyzer::deleteStatement)
								.collect(Collectors.joining("%n".formatted())), MigrationFailureAnalyzer.RERUN),
				cause);
	}

	private static String name(MatchResult failed) {
		return (failed.group(1) != null) ? "V%s '%s'".formatted(failed.group(1), failed.group(2))
				: "R '%s'".formatted(failed.group(3));
	}

	private static String deleteStatement(MatchResult failed) {
		String which = (failed.group(1) != null) ? "version = '%s'".formatted(failed.group(1))
				: "description = '%s'".formatted(failed.group(3).replace("'", "''"));
		return "    delete from flyway_schema_history where " + which + " and success = false;";
	}

}
