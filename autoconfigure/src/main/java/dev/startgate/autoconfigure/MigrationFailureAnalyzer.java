package dev.startgate.autoconfigure;

import java.util.Objects;
import java.util.stream.Stream;

import dev.startgate.ChunkedMigration;
import dev.startgate.flyway.DatabaseAnswer;
import dev.startgate.flyway.MigrationFailureContext;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Analyzes a migration that failed.
 */
class MigrationFailureAnalyzer extends StartgateAnalyzer<FlywayMigrateException> {

	/** Also said to those who have waited. */
	static final String RERUN = " If it failed for a reason that passes, such as a deadlock, and can be run again as "
			+ "it is, start once with 'startgate.on-interrupted=rerun' instead.";

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, FlywayMigrateException cause) {
		if (!isCoordinated(cause)) {
			return null;
		}
		MigrationInfo migration = cause.getMigration();
		String which = (migration.getVersion() != null)
				? "Migration V%s '%s'".formatted(migration.getVersion(), migration.getDescription())
				: "Repeatable migration '%s'".formatted(migration.getDescription());
		String label = MigrationFailureContext.of(cause).map(MigrationFailureContext::getLabel).orElse("");
		String what = label.isEmpty() ? which : StringUtils.capitalize(label) + StringUtils.uncapitalize(which);
		String where = migration.getScript() + ((cause.getLineNumber() > 0) ? ", line " + cause.getLineNumber() : "");
		return new FailureAnalysis("%s (%s) failed: %s".formatted(what, where, DatabaseAnswer.in(cause)), action(cause),
				cause);
	}

	/**
	 * The script of a Java migration is the name of its class.
	 */
	private static boolean isChunked(String script) {
		return ClassUtils.isPresent(script, null)
				&& ChunkedMigration.class.isAssignableFrom(ClassUtils.resolveClassName(script, null));
	}

	private static boolean isSaidByPostgreSql(Throwable failure) {
		return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
			.anyMatch((cause) -> cause.getClass().getName().startsWith("org.postgresql."));
	}

	private static String action(FlywayMigrateException cause) {
		boolean partlyApplied = MigrationFailureContext.of(cause)
			.filter(MigrationFailureContext::isPartlyApplied)
			.isPresent();
		if (cause.isExecutableInTransaction() && !partlyApplied && isSaidByPostgreSql(cause)) {
			return "It ran in a transaction, and PostgreSQL has rolled that back: nothing of it is left. Mend the "
					+ "script or the data, and start again.";
		}
		if (cause.isExecutableInTransaction()) {
			return "It ran in a transaction. If the database is one that rolls back DDL (MySQL, MariaDB and H2 do "
					+ "not), nothing of it is left: mend the script or the data, and start again. Otherwise "
					+ "see the schema history: a row with success=false is removed by 'flyway repair' once the schema "
					+ "is as it was before the migration." + RERUN;
		}
		if (isChunked(cause.getMigration().getScript())) {
			return "It ran in chunks: those before are committed, and nothing of the one that failed. Mend the rows or "
					+ "the statement, run 'flyway repair', which removes the row with success=false from the schema "
					+ "history, and start again: it goes on where it was." + RERUN;
		}
		return "It ran outside a transaction, so that a part of it may be applied. Bring the schema into the state "
				+ "before the migration or after it, run 'flyway repair', which removes the row with success=false "
				+ "from the schema history, and start again." + RERUN;
	}

}
