package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.flyway.DatabaseAnswer;
import dev.startgate.flyway.FailedMigration;
import dev.startgate.flyway.FailureInHistory;
import dev.startgate.sql.DatabaseCondition;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.util.StringUtils;

/**
 * Analyzes a migration that failed.
 */
class MigrationFailureAnalyzer extends StartgateAnalyzer<FlywayException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, FlywayException cause) {
		FailedMigration failed = FailedMigration.in(cause);
		if (failed == null || !isCoordinated(failed.failure())) {
			return null;
		}
		MigrationInfo migration = failed.migration();
		FailureInHistory history = FailureInHistory.of(rootFailure);
		String label = (history != null) ? history.getLabel() : "";
		String which = (migration.getVersion() != null)
				? "Migration V%s '%s'".formatted(migration.getVersion(), migration.getDescription())
				: "Repeatable migration '%s'".formatted(migration.getDescription());
		String what = label.isEmpty() ? which : StringUtils.capitalize(label) + StringUtils.uncapitalize(which);
		String where = migration.getScript() + ((failed.line() > 0) ? ", line " + failed.line() : "");
		return new FailureAnalysis("%s (%s) failed: %s".formatted(what, where, DatabaseAnswer.in(failed.failure())),
				action(failed, history), failed.failure());
	}

	private static String action(FailedMigration failed, @Nullable FailureInHistory history) {
		String remedy = remedy(failed, history);
		if (failed.inTransaction() && history != null && !history.isPartlyApplied() && history.isDdlRolledBack()) {
			return "It ran in a transaction, and %s has rolled that back: nothing of it is left. %s, and start again."
				.formatted(history.getProduct(), remedy.isEmpty() ? "Fix the script or the data" : remedy);
		}
		if (!remedy.isEmpty() && history != null && history.isResumable()) {
			return "%s It is noted which statements are done. %s, and start again: the migration goes on with the statement "
				.formatted(leftovers(failed, history), remedy) + "that failed.";
		}
		return leftovers(failed, history) + " " + (remedy.isEmpty() ? "" : remedy + ". ")
				+ FailedRowRemoval.action(history);
	}

	/**
	 * Return what to do if the database server lacks a resource or its user lacks a
	 * right. It is empty if the script or the data has to be corrected.
	 */
	private static String remedy(FailedMigration failed, @Nullable FailureInHistory history) {
		if (DatabaseCondition.NO_SPACE.isIn(failed.failure())) {
			return "Free space on the disk of the database server, or give it more";
		}
		if (DatabaseCondition.NO_MEMORY.isIn(failed.failure())) {
			return "Let the database server have more of the memory that the answer names, or let the migration do less at "
					+ "a time";
		}
		if (DatabaseCondition.TOO_MANY_CONNECTIONS.isIn(failed.failure())) {
			return "Let the database server accept more connections, or end some";
		}
		if (DatabaseCondition.MISSING_RIGHT.isIn(failed.failure())) {
			return "The user%s lacks a right. Let the owner of what the answer names, or a superuser, grant it "
				.formatted((history != null && history.isKnown()) ? " " + history.getUser() : "")
					+ "(if the answer says 'must be owner': make it a member of the role that owns it), or migrate with another user: "
					+ "'spring.flyway.user' and 'spring.flyway.password'";
		}
		return "";
	}

	private static String leftovers(FailedMigration failed, @Nullable FailureInHistory history) {
		if (!failed.inTransaction() && FailedRowRemoval.isChunked(failed.migration().getScript())) {
			return "It ran in chunks: those before are committed, and nothing of the one that failed.";
		}
		if (!failed.inTransaction()) {
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
