package dev.startgate.autoconfigure;

import dev.startgate.flyway.DatabaseAnswer;
import dev.startgate.flyway.FailureInHistory;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.util.StringUtils;

/**
 * Analyzes a migration that failed.
 */
class MigrationFailureAnalyzer extends StartgateAnalyzer<FlywayMigrateException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, FlywayMigrateException cause) {
		if (!isCoordinated(cause)) {
			return null;
		}
		MigrationInfo migration = cause.getMigration();
		FailureInHistory history = FailureInHistory.of(rootFailure);
		String label = (history != null) ? history.getLabel() : "";
		String which = (migration.getVersion() != null)
				? "Migration V%s '%s'".formatted(migration.getVersion(), migration.getDescription())
				: "Repeatable migration '%s'".formatted(migration.getDescription());
		String what = label.isEmpty() ? which : StringUtils.capitalize(label) + StringUtils.uncapitalize(which);
		String where = migration.getScript() + ((cause.getLineNumber() > 0) ? ", line " + cause.getLineNumber() : "");
		return new FailureAnalysis("%s (%s) failed: %s".formatted(what, where, DatabaseAnswer.in(cause)),
				action(cause, history), cause);
	}

	private static String action(FlywayMigrateException cause, @Nullable FailureInHistory history) {
		String remedy = remedy(cause, history);
		if (cause.isExecutableInTransaction() && history != null && !history.isPartlyApplied()
				&& history.isDdlRolledBack()) {
			return "It ran in a transaction, and %s has rolled that back: nothing of it is left. %s, and start again."
				.formatted(history.getProduct(), remedy.isEmpty() ? "Fix the script or the data" : remedy);
		}
		return leftovers(cause, history) + " " + (remedy.isEmpty() ? "" : remedy + ". ")
				+ FailedRowRemoval.action(history);
	}

	/**
	 * Return what to do about what the server lacks, empty if the script or the data is
	 * to be corrected.
	 */
	private static String remedy(FlywayMigrateException cause, @Nullable FailureInHistory history) {
		return switch (DatabaseAnswer.reason(cause)) {
			case NO_SPACE -> "Free space on the disk of the database server, or give it more";
			case NO_MEMORY -> "Let the database server have more of the memory that the answer names, or let the "
					+ "migration do less at a time";
			case NO_CONNECTION -> "Let the database server accept more connections, or end some";
			case NO_RIGHT ->
				"The user%s lacks a right. Let the owner of what the answer names, or a superuser, grant it "
					.formatted((history != null && history.isKnown()) ? " " + history.getUser() : "")
						+ "(one who must be owner needs to be a member of the role that is), or migrate with another user: "
						+ "'spring.flyway.user' and 'spring.flyway.password'";
			case OTHER -> "";
		};
	}

	private static String leftovers(FlywayMigrateException cause, @Nullable FailureInHistory history) {
		if (!cause.isExecutableInTransaction() && FailedRowRemoval.isChunked(cause.getMigration().getScript())) {
			return "It ran in chunks: those before are committed, and nothing of the one that failed.";
		}
		if (!cause.isExecutableInTransaction()) {
			return "It ran outside a transaction, so that a part of it may be applied.";
		}
		if (history != null && history.isDdlRolledBack()) {
			return "It has committed by itself, so that a part of it may be applied.";
		}
		return (history != null && history.isKnown())
				? "%s commits each change of the schema at once, so that a part of it may be applied."
					.formatted(history.getProduct())
				: "A part of it may be applied, unless the database rolls back changes of the schema.";
	}

}
