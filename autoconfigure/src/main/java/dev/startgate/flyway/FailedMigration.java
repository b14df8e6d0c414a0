package dev.startgate.flyway;

import org.flywaydb.core.api.MigrationInfo;
import org.jspecify.annotations.Nullable;

/**
 * A migration that has failed.
 *
 * @param migration the migration
 * @param line the line of its script, 0 if that is not known
 * @param inTransaction whether Flyway ran it in a transaction
 * @param failure the failure
 */
public record FailedMigration(MigrationInfo migration, int line, boolean inTransaction, RuntimeException failure) {

	/**
	 * Find the failure of a migration.
	 * @param failure a failure, which may have it anywhere within
	 * @return the migration that has failed, {@code null} if none has
	 */
	public static @Nullable FailedMigration in(@Nullable Throwable failure) {
		return FlywayInternals.failedMigration(failure).orElse(null);
	}

	/**
	 * Say what has failed and why, in one sentence.
	 */
	String describe() {
		return "%s failed: %s".formatted(
				MigrationDetail.of(this.migration).failed(this.line, false, false, false, "").describe(),
				DatabaseAnswer.in(this.failure));
	}

}
