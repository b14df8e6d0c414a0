package dev.startgate.lock;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How the lock is kept.
 *
 * @param replica the name of this replica
 * @param lease how long the lease lasts without a renewal
 * @param name the name of the lock, {@code null} for the qualified name of the protected
 * table
 * @param tablePrefix how the names of the tables begin
 * @param tableSchema the schema of the tables, {@code null} for that of the protected
 * table
 * @param createTables whether missing tables are created
 * @param terminate whether a statement that an earlier holder left running is ended
 * @param readOnly whether the lock is only looked at
 */
public record LockSettings(String replica, Duration lease, @Nullable String name, String tablePrefix,
		@Nullable String tableSchema, boolean createTables, boolean terminate, boolean readOnly) {

	/**
	 * Return the time between two renewals.
	 * @return a third of the lease
	 */
	Duration renewal() {
		return this.lease.dividedBy(3);
	}

}
