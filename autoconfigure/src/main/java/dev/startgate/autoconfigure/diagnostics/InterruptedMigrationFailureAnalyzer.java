package dev.startgate.autoconfigure.diagnostics;

import java.util.List;
import java.util.stream.Collectors;

import dev.startgate.flyway.InterruptedMigrationException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a migration that was interrupted, or whose failure Flyway could not record.
 */
class InterruptedMigrationFailureAnalyzer extends StartgateAnalyzer<InterruptedMigrationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InterruptedMigrationException cause) {
		String indexes = FailedRowRemoval.indexes(cause.getDropStatements());
		return new FailureAnalysis(
				"%s. It can't be rolled back as a whole, and was recorded neither as done nor as failed, so that a part "
					.formatted(cause.getMessage())
						+ (cause.hasFailedHere() ? "of it may be applied." : "of it may be applied. Nothing was run.")
						+ positions(cause.getPositions()),
				"%s%sind out in the database which of its statements have taken effect, and undo them. %s"
					.formatted(byItself(cause), cause.hasFailedHere() ? "Fix what the error names. F" : "F", indexes)
						+ "Then let it run again, by erasing the note that it had begun:%n%n%s%n%n"
							.formatted(lines(cause.getEraseStatements()))
						+ "If it can be run again as it is, start once with 'startgate.on-interrupted=rerun' instead. That applies "
						+ "to every interrupted migration of that start.",
				cause);
	}

	private static String byItself(InterruptedMigrationException cause) {
		if (!cause.getJavaMigrations().isEmpty()) {
			return "A Java migration does not go on by itself. If it checks what it has already done, so that it may run "
					+ "again, annotate %s with @Rerunnable. Otherwise: ".formatted(cause.getJavaMigrations().get(0));
		}
		return cause.isResumable()
				? "With 'startgate.on-interrupted=resume', which is the default, it goes on with the "
						+ "first statement that is not done; after a failure once its file has been changed, from that "
						+ "statement on. Otherwise: "
				: "";
	}

	private static String positions(List<String> positions) {
		return positions.stream().map((line) -> System.lineSeparator() + "    " + line).collect(Collectors.joining());
	}

	private static String lines(List<String> statements) {
		return statements.stream().map("    %s;"::formatted).collect(Collectors.joining("%n".formatted()));
	}

}
