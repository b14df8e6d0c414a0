package dev.startgate.flyway.ddl;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.startgate.gate.Gate;
import dev.startgate.gate.HeldLock;
import dev.startgate.gate.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The locks of one transaction, and how long it has held each of them.
 */
final class LockHolds {

	private static final Logger logger = LoggerFactory.getLogger(LockHolds.class);

	private static final Duration LONG = Duration.ofSeconds(1);

	private static final Duration TOO_LONG = Duration.ofSeconds(5);

	private static final int MOST = 5;

	private final Gate gate;

	private final Time time;

	private final boolean all;

	private final Map<List<String>, LockHold> holds = new LinkedHashMap<>();

	/** In a rehearsal, the locks of earlier migrations, which are still held. */
	private final Set<List<String>> earlier = new HashSet<>();

	LockHolds(Gate gate, Time time, boolean all) {
		this.gate = gate;
		this.time = time;
		this.all = all;
	}

	/**
	 * A look has seen these locks, and no others. A lock that has gone counts as held
	 * until this look began, since its statement may have ended while the database was
	 * asked.
	 * @param at when the look began
	 * @param taken the time from which new locks count
	 */
	void seen(String migration, List<TableLock> locks, long at, long taken) {
		Set<List<String>> there = new HashSet<>();
		for (TableLock lock : locks) {
			List<String> key = List.of(lock.table(), lock.mode());
			if (there.add(key) && !this.earlier.contains(key)) {
				this.holds.computeIfAbsent(key, (absent) -> new LockHold(migration, lock)).seen(taken, lock.waiting());
			}
		}
		this.holds.forEach((key, hold) -> {
			if (!there.contains(key)) {
				hold.released(at);
			}
		});
	}

	void released() {
		long now = this.time.nanoTime();
		this.holds.values().forEach((hold) -> hold.released(now));
	}

	/**
	 * Report the locks that were held for long, in a rehearsal also the others. A lock
	 * that a stronger one covers is left out.
	 */
	void tell() {
		List<HeldLock> told = this.holds.values()
			.stream()
			.filter((hold) -> (this.all || hold.total().compareTo(LONG) >= 0)
					&& this.holds.values().stream().noneMatch(hold::isCoveredBy))
			.sorted(Comparator.comparing(LockHold::total).reversed())
			.map((hold) -> hold.toHeldLock(this.time.instant()))
			.toList();
		told.stream().limit(MOST).forEach((lock) -> {
			this.gate.journal().held(lock);
			logger.atLevel((lock.held().compareTo(TOO_LONG) > 0) ? Level.WARN : Level.INFO).log(lock.describe());
		});
		if (told.size() > MOST) {
			logger.info("{} held strong locks on {} more tables", told.get(0).migration(), told.size() - MOST);
		}
		if (this.all) {
			this.earlier.addAll(this.holds.keySet());
		}
		this.holds.clear();
	}

	/**
	 * How long a migration has held a lock so far, in total if it took the lock several
	 * times.
	 */
	private static final class LockHold {

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
		 * Return whether another lock on the same table is stronger and was held at least
		 * as long.
		 */
		boolean isCoveredBy(LockHold other) {
			return other.lock.table().equals(this.lock.table()) && other.lock.strength() > this.lock.strength()
					&& other.total.compareTo(this.total) >= 0;
		}

		HeldLock toHeldLock(Instant at) {
			return new HeldLock(at, this.migration, this.lock.mode(), this.lock.table(), this.total,
					this.waited.size());
		}

	}

}
