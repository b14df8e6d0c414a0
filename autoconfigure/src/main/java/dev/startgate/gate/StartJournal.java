package dev.startgate.gate;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import dev.startgate.GateSnapshot;
import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.GateState;
import org.jspecify.annotations.Nullable;

/**
 * What a start has seen so far, which the snapshot of one moment no longer shows. Written
 * under the monitor of the gate or by one of its threads, read by any.
 */
public final class StartJournal {

	/** The last ones are kept, however long it goes on. */
	private static final int LAST = 20;

	private volatile Entries entries = new Entries(List.of(), null, null, Map.of(), List.of(), List.of(), null,
			List.of(), List.of());

	StartJournal() {
	}

	/**
	 * Return all of it. Costs no database access.
	 * @return an immutable copy
	 */
	public Entries entries() {
		return this.entries;
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
	public void count(StartCounter occurrence, long times) {
		change((before) -> new Entries(before.states(), before.holder(), before.progress(),
				counted(before, occurrence, times), before.retries(), before.deferred(), before.unattended(),
				before.locks(), before.resumed()));
	}

	/**
	 * Count something that is tried again, and keep why.
	 * @param occurrence what has happened
	 * @param at when, by the clock on the wall
	 * @param why what was said about it
	 */
	public void retry(StartCounter occurrence, Instant at, String why) {
		change((before) -> {
			List<Retry> retries = added(before.retries(), new Retry(at, occurrence, why));
			return new Entries(before.states(), before.holder(), before.progress(), counted(before, occurrence, 1),
					retries, before.deferred(), before.unattended(), before.locks(), before.resumed());
		});
	}

	/**
	 * Keep that a migration has kept others from a table for long.
	 * @param lock what it had
	 */
	public void held(HeldLock lock) {
		change((before) -> new Entries(before.states(), before.holder(), before.progress(), before.counts(),
				before.retries(), before.deferred(), before.unattended(), added(before.locks(), lock),
				before.resumed()));
	}

	/**
	 * Keep that a migration goes on where it has stopped.
	 * @param resumed how
	 */
	public void resume(Resumed resumed) {
		change((before) -> new Entries(before.states(), before.holder(), before.progress(), before.counts(),
				before.retries(), before.deferred(), before.unattended(), before.locks(),
				added(before.resumed(), resumed)));
	}

	/**
	 * Say what Spring starts only when the gate is open.
	 * @param beans the names of beans that are not started yet
	 */
	public void defer(Collection<String> beans) {
		change((before) -> new Entries(before.states(), before.holder(), before.progress(), before.counts(),
				before.retries(), beans.stream().sorted().toList(), before.unattended(), before.locks(),
				before.resumed()));
	}

	/**
	 * Say that migrations are not run, or not under the lock.
	 * @param unattended what is wrong with them
	 */
	public void leave(Unattended unattended) {
		change((before) -> new Entries(before.states(), before.holder(), before.progress(), before.counts(),
				before.retries(), before.deferred(), unattended, before.locks(), before.resumed()));
	}

	void saw(GateSnapshot now) {
		change((before) -> {
			List<Entered> states = before.states();
			if (states.isEmpty() || states.get(states.size() - 1).state() != now.state()) {
				states = new ArrayList<>(states);
				states.add(new Entered(now.state(), now.since()));
			}
			Holder holder = (now.holder() != null) ? now.holder() : before.holder();
			boolean other = now.holder() != null && before.holder() != null
					&& now.holder().generation() != before.holder().generation();
			Progress progress = (now.progress() != null || other) ? now.progress() : before.progress();
			return new Entries(List.copyOf(states), holder, progress, before.counts(), before.retries(),
					before.deferred(), before.unattended(), before.locks(), before.resumed());
		});
	}

	private synchronized void change(UnaryOperator<Entries> change) {
		this.entries = change.apply(this.entries);
	}

	private static <T> List<T> added(List<T> before, T one) {
		List<T> all = new ArrayList<>(before);
		all.add(one);
		return List.copyOf(all.subList(Math.max(0, all.size() - LAST), all.size()));
	}

	private static Map<StartCounter, Long> counted(Entries before, StartCounter occurrence, long times) {
		Map<StartCounter, Long> counts = new EnumMap<>(StartCounter.class);
		counts.putAll(before.counts());
		counts.merge(occurrence, times, Long::sum);
		return Collections.unmodifiableMap(counts);
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
