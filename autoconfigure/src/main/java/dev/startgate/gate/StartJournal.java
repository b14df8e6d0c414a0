package dev.startgate.gate;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import dev.startgate.GateSnapshot;
import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.GateState;
import org.jspecify.annotations.Nullable;

/**
 * Records what a start has seen so far and the current snapshot no longer shows. Written
 * under the monitor of the gate or by one of its threads, read by any.
 */
public final class StartJournal {

	/** Only this many of the last entries are kept, however long the start takes. */
	private static final int LAST = 20;

	private final List<Entered> states = new ArrayList<>();

	private final Map<StartCounter, Long> counts = new EnumMap<>(StartCounter.class);

	private final List<Retry> retries = new ArrayList<>();

	private final List<HeldLock> locks = new ArrayList<>();

	private final List<Resumed> resumed = new ArrayList<>();

	private List<String> deferred = List.of();

	private @Nullable Holder holder;

	private @Nullable Progress progress;

	private @Nullable Unattended unattended;

	StartJournal() {
	}

	/**
	 * Return all of it. Costs no database access.
	 * @return an immutable copy
	 */
	public synchronized Entries entries() {
		return new Entries(List.copyOf(this.states), this.holder, this.progress,
				Collections.unmodifiableMap(new EnumMap<>(this.counts)), List.copyOf(this.retries), this.deferred,
				this.unattended, List.copyOf(this.locks), List.copyOf(this.resumed));
	}

	/**
	 * Count something.
	 * @param occurrence what has happened
	 */
	public void count(StartCounter occurrence) {
		count(occurrence, 1);
	}

	/**
	 * Count something that has happened several times.
	 * @param occurrence what has happened
	 * @param times how often
	 */
	public synchronized void count(StartCounter occurrence, long times) {
		this.counts.merge(occurrence, times, Long::sum);
	}

	/**
	 * Count something that is tried again, and keep why.
	 * @param occurrence what has happened
	 * @param at when, by the wall clock
	 * @param why what was said about it
	 */
	public synchronized void retry(StartCounter occurrence, Instant at, String why) {
		count(occurrence);
		add(this.retries, new Retry(at, occurrence, why));
	}

	/**
	 * Keep that a migration has kept others from a table for long.
	 * @param lock the lock that the migration held
	 */
	public synchronized void held(HeldLock lock) {
		add(this.locks, lock);
	}

	/**
	 * Keep that a migration goes on where it has stopped.
	 * @param resumed the migration, and how it goes on
	 */
	public synchronized void resume(Resumed resumed) {
		add(this.resumed, resumed);
	}

	/**
	 * Say what Spring starts only when the gate is open.
	 * @param beans the names of beans that are not started yet
	 */
	public synchronized void defer(Collection<String> beans) {
		this.deferred = beans.stream().sorted().toList();
	}

	/**
	 * Say that migrations are not run, or not under the lock.
	 * @param unattended what is wrong with them
	 */
	public synchronized void leave(Unattended unattended) {
		this.unattended = unattended;
	}

	synchronized void saw(GateSnapshot now) {
		if (this.states.isEmpty() || this.states.get(this.states.size() - 1).state() != now.state()) {
			this.states.add(new Entered(now.state(), now.since()));
		}
		boolean other = now.holder() != null && this.holder != null
				&& now.holder().generation() != this.holder.generation();
		if (now.progress() != null || other) {
			this.progress = now.progress();
		}
		if (now.holder() != null) {
			this.holder = now.holder();
		}
	}

	private static <T> void add(List<T> entries, T one) {
		entries.add(one);
		if (entries.size() > LAST) {
			entries.remove(0);
		}
	}

	/**
	 * What was seen until one moment.
	 *
	 * @param states the states that were entered, in order
	 * @param holder the last holder that was seen, perhaps this replica
	 * @param progress how far that holder was, when that was seen last
	 * @param counts how often something has happened
	 * @param retries the last things that were tried again, in order
	 * @param deferred the names of beans that Spring has not started yet
	 * @param unattended what is wrong with the migrations, {@code null} if they are run
	 * @param locks the last locks with which a migration has kept others from a table for
	 * long, in order
	 * @param resumed the last migrations that went on where they had stopped, in order
	 */
	public record Entries(List<Entered> states, @Nullable Holder holder, @Nullable Progress progress,
			Map<StartCounter, Long> counts, List<Retry> retries, List<String> deferred, @Nullable Unattended unattended,
			List<HeldLock> locks, List<Resumed> resumed) {

		/**
		 * Return how often something has happened.
		 * @param occurrence what
		 * @return how often
		 */
		public long count(StartCounter occurrence) {
			return this.counts.getOrDefault(occurrence, 0L);
		}

	}

	/**
	 * A state that was entered.
	 *
	 * @param state the state
	 * @param since when it was entered
	 */
	public record Entered(GateState state, Instant since) {
	}

	/**
	 * Migrations that are not run, or not under the lock.
	 *
	 * @param migrations what becomes of them
	 * @param missing why
	 */
	public record Unattended(String migrations, String missing) {
	}

	/**
	 * A migration that was interrupted and went on where it had stopped.
	 *
	 * @param at when it went on
	 * @param migration the migration, for people
	 * @param how at which statement, after which replica, and what was found out about
	 * the statement in doubt
	 */
	public record Resumed(Instant at, String migration, String how) {

		/**
		 * Return all of it, for people.
		 * @return a sentence without its full stop
		 */
		public String describe() {
			return this.migration + " " + this.how;
		}

	}

	/**
	 * Something that was tried again.
	 *
	 * @param at when that was decided
	 * @param cause what had happened
	 * @param why what was said about it
	 */
	public record Retry(Instant at, StartCounter cause, String why) {
	}

}
