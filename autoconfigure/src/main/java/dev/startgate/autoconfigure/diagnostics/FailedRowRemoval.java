package dev.startgate.autoconfigure.diagnostics;

import java.util.List;
import java.util.stream.Collectors;

import dev.startgate.ChunkedMigration;
import dev.startgate.flyway.Discrepancy;
import dev.startgate.flyway.Discrepancy.Kind;
import dev.startgate.flyway.FailureInHistory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Says what to type after Flyway has recorded a migration as failed. A Spring Boot
 * application has no {@code flyway repair}, and that would change other rows, too.
 */
final class FailedRowRemoval {

	private static final String RERUN = "If the failure was transient, such as a deadlock, and the migration can be run "
			+ "again as it is, start once with 'startgate.on-interrupted=rerun' instead. That applies to every interrupted "
			+ "migration of that start.";

	private static final String RESUMES = "It is noted which statements are done. If the file is to be corrected, correct "
			+ "the statement that failed, and leave those before it as they are. If only data is to be fixed, fix it, and "
			+ "change the file, for which a comment at its end is enough. Then start again: the migration goes on with "
			+ "that statement.%n%nThe other way is to run the whole file again. ";

	private static final String GOES_ON = "It is noted which statements are done. The failure was transient: start this "
			+ "replica again, and the migration goes on with the statement that failed.";

	private FailedRowRemoval() {
	}

	/**
	 * Return what to do about the rows that record a failed migration.
	 * @param history what is known of the history, {@code null} if nothing is
	 */
	static String action(@Nullable FailureInHistory history) {
		String first = isChunked(history) ? "Fix the rows or the statement"
				: "Bring the schema into the state before the migration";
		String last = isChunked(history) ? "Then start again: it goes on where it was. "
				: "Then start again; a replica that stayed up goes on by itself. ";
		if (history == null || !history.isKnown()) {
			return first + ". If its row in Flyway's history says success=false, delete that row. Then start again. "
					+ RERUN;
		}
		String statements = history.getDiscrepancies()
			.stream()
			.filter((one) -> one.kind() == Kind.FAILED)
			.map((one) -> "    " + one.statement() + ";")
			.collect(Collectors.joining("%n".formatted()));
		if (history.isTransient()) {
			return GOES_ON;
		}
		first = (history.isResumable() ? RESUMES.formatted() : "") + indexes(history.getDropStatements()) + first;
		return statements.isEmpty() ? first + ". Flyway has not recorded the failure. Then start again. " + RERUN
				: "%s, and remove its row from Flyway's history:%n%n%s%n%n%s%s".formatted(first, statements, last,
						RERUN);
	}

	static String indexes(List<String> dropStatements) {
		return dropStatements.isEmpty() ? ""
				: ("These indexes became invalid since it began, as 'create index concurrently' leaves them. Remove "
						+ "each with its statement:%n%n%s%n%n")
					.formatted(dropStatements.stream()
						.map("    %s;"::formatted)
						.collect(Collectors.joining("%n".formatted())));
	}

	private static boolean isChunked(@Nullable FailureInHistory history) {
		return history != null && history.getDiscrepancies()
			.stream()
			.filter((one) -> one.kind() == Kind.FAILED)
			.map(Discrepancy::script)
			.anyMatch(FailedRowRemoval::isChunked);
	}

	/**
	 * The script of a Java migration is the name of its class.
	 */
	static boolean isChunked(String script) {
		return ClassUtils.isPresent(script, null)
				&& ChunkedMigration.class.isAssignableFrom(ClassUtils.resolveClassName(script, null));
	}

}
