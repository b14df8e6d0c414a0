package dev.startgate.flyway.ddl;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

import dev.startgate.gate.HeldLock;
import org.jspecify.annotations.Nullable;

/**
 * How long a migration has held a lock so far, in total if it took the lock several
 * times.
 */
final class LockHold {

	private final String migration;

	private final TableLock lock;

	private final Set<Long> waited = new HashSet<>();

	private Duration total = Duration.ZERO;

	private @Nullable Long since;

	LockHold(String migration, TableLock lock) {
		this.migration = migration;
		this.lock = lock;
	}

	/**
	 * A look has seen the lock.
	 * @param taken when it was taken, if it is new at this look
	 */
	void seen(long taken, Set<Long> waiting) {
		if (this.since == null) {
			this.since = taken;
		}
		this.waited.addAll(waiting);
	}

	void released(long at) {
		if (this.since != null) {
			this.total = this.total.plusNanos(Math.max(0, at - this.since));
			this.since = null;
		}
	}

	Duration total() {
		return this.total;
	}

	/**
	 * Return whether another lock on the same table is stronger and was held at least as
	 * long.
	 */
	boolean isCoveredBy(LockHold other) {
		return other.lock.table().equals(this.lock.table()) && other.lock.strength() > this.lock.strength()
				&& other.total.compareTo(this.total) >= 0;
	}

	HeldLock toHeldLock(Instant at) {
		return new HeldLock(at, this.migration, this.lock.mode(), this.lock.table(), this.total, this.waited.size());
	}

}
