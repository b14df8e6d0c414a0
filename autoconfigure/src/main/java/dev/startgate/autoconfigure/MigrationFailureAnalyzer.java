package dev.startgate.autoconfigure;

import dev.startgate.flyway.DatabaseAnswer;
import dev.startgate.flyway.FailureInHistory;
import dev.startgate.flyway.MigrationFailureContext;
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
		String label = (history != null) ? history.getLabel()
				: MigrationFailureContext.of(cause).map(MigrationFailureContext::getLabel).orElse("");
		String which = (migration.getVersion() != null)
				? "Migration V%s '%s'".formatted(migration.getVersion(), migration.getDescription())
				: "Repeatable migration '%s'".formatted(migration.getDescription());
		String what = label.isEmpty() ? which : StringUtils.capitalize(label) + StringUtils.uncapitalize(which);
		String where = migration.getScript() + ((cause.getLineNumber() > 0) ? ", line " + cause.getLineNumber() : "");
		return new FailureAnalysis("%s (%s) failed: %s".formatted(what, where, DatabaseAnswer.in(cause)),
				action(cause, history), cause);
	}

	private static String action(FlywayMigrateException cause, @Nullable FailureInHistory history) {
		boolean partlyApplied = MigrationFailureContext.of(cause)
			.filter(MigrationFailureContext::isPartlyApplied)
			.isPresent();
		if (cause.isExecutableInTransaction() && !partlyApplied && history != null && history.isDdlRolledBack()) {
			return "It ran in a transaction, and %s has rolled that back: nothing of it is left. Fix the script or the "
				.formatted(history.getProduct()) + "data, and start again.";
		}
		return leftovers(cause, history) + " " + FailedRowRemoval.action(history);
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
		return (history != null)
				? "%s commits each change of the schema at once, so that a part of it may be applied."
					.formatted(history.getProduct())
				: "A part of it may be applied, unless the database rolls back changes of the schema.";
	}

}
