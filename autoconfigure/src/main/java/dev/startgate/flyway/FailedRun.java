package dev.startgate.flyway;

import java.util.List;
import java.util.stream.Stream;

import dev.startgate.coordination.DatabaseUnreachableException;
import dev.startgate.coordination.TransientFailure;
import dev.startgate.flyway.ddl.EarlierLocksException;
import dev.startgate.flyway.ddl.LockWaitGivenUpException;
import dev.startgate.sql.Causes;
import dev.startgate.sql.DatabaseCondition;
import org.flywaydb.core.api.MigrationInfo;
import org.jspecify.annotations.Nullable;

/**
 * A run of Flyway that has failed, and what is known of it without asking the database.
 *
 * @param failure the failure
 * @param inMigration whether a migration that had begun has failed, rather than something
 * around it
 * @param inDoubt the migrations that may be applied although they are not recorded
 * @param last the migration that was begun last, {@code null} if none was
 * @param why why it is transient, {@code null} if it is not
 */
record FailedRun(RuntimeException failure, boolean inMigration, List<MigrationInfo> inDoubt,
		@Nullable MigrationInfo last, @Nullable String why) {

	/**
	 * Return whether the server lacked something that a migration can't bring. The failed
	 * statement succeeds once the server has it.
	 */
	boolean isLacking() {
		return !isTransient()
				&& Stream.of(DatabaseCondition.NO_SPACE, DatabaseCondition.NO_MEMORY, DatabaseCondition.MISSING_RIGHT)
					.anyMatch((condition) -> condition.isIn(this.failure));
	}

	/**
	 * Return whether to try again: the failure is transient, and not one of a wait for a
	 * lock that was given up.
	 */
	boolean isRetryable() {
		return isTransient() && Causes.first(this.failure, LockWaitGivenUpException.class).isEmpty();
	}

	boolean isTransient() {
		return this.why != null;
	}

	/**
	 * Return the line of the script that has failed, 0 if that is not known.
	 */
	int line() {
		FailedMigration failed = FailedMigration.in(this.failure);
		return (failed != null) ? failed.line() : 0;
	}

	/**
	 * Return what to report if noting the failure has failed, too. If the server is
	 * read-only, that is reported first: it kept the migration from running, too.
	 */
	RuntimeException with(RuntimeException later) {
		boolean readOnly = DatabaseUnreachableException.isReadOnly(later);
		RuntimeException told = readOnly ? later : this.failure;
		told.addSuppressed(readOnly ? this.failure : later);
		return told;
	}

	/**
	 * Say what has failed: a statement of a migration, its commit, or its row in the
	 * history.
	 * @param label what is put before the migrations of the history
	 * @param thrown what the failure has become on its way out
	 */
	TransientFailure asTransient(String label, RuntimeException thrown) {
		FailedMigration failed = FailedMigration.in(this.failure);
		MigrationDetail detail = (failed != null)
				? MigrationDetail.of(failed.migration()).failed(line(), false, true, false, "")
				: (this.last != null) ? MigrationDetail.of(this.last) : null;
		String what = (detail != null) ? detail.describe(label) : "Migrating";
		return new TransientFailure(label + ((detail != null) ? detail.script() : what),
				"%s failed: %s, which means: %s".formatted(what, DatabaseAnswer.in(this.failure), this.why), thrown,
				EarlierLocksException.pause(this.failure).orElse(null));
	}

}
