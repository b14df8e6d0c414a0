package dev.startgate.flyway;

import java.util.Optional;

import dev.startgate.coordination.AppliedVersions;
import dev.startgate.coordination.Lease;
import org.jspecify.annotations.Nullable;

/**
 * Which build has applied repeatable migrations to a schema last. Asked only where
 * nothing else tells which one is older.
 *
 * @param own the build of this replica, {@code null} if nothing tells its order
 * @param item what the record is about
 * @param records the records
 */
record AppliedBuild(@Nullable BuildOrder own, String item, AppliedVersions records) {

	/**
	 * Find out why this build is older than the one that was recorded.
	 * @return the reason for people, empty if it is not older, or if nothing tells
	 */
	Optional<String> whyOlder() {
		BuildOrder own = this.own;
		return (own == null) ? Optional.empty()
				: this.records.read()
					.flatMap((all) -> BuildOrder.read(all.get(this.item)))
					.filter(own::isBefore)
					.map((newer) -> "its build is %s, and the one that has applied them is %s".formatted(own.describe(),
							newer.describe()));
	}

	/**
	 * Record this build, before it applies anything: no moment is left in which an older
	 * one could not know.
	 */
	void record(Lease lease) {
		if (this.own != null) {
			try {
				this.records.apply(this.item, this.own.write(), lease, (connection) -> {
				});
			}
			catch (RuntimeException ex) {
				throw ex;
			}
			catch (Exception ex) {
				throw new IllegalStateException("The build of this replica could not be recorded", ex);
			}
		}
	}

}
