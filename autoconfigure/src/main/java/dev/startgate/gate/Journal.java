package dev.startgate.gate;

import java.time.Instant;
import java.util.ArrayList;
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
 * What a start has seen so far, which the snapshot of one moment no longer shows. Written
 * under the monitor of the gate or by one of its threads, read by any.
 */
public final class Journal {

	private volatile Entries entries = new Entries(List.of(), null, null, Map.of());

	Journal() {
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
	public synchronized void count(Occurrence occurrence) {
		Map<Occurrence, Long> counts = new EnumMap<>(Occurrence.class);
		counts.putAll(this.entries.counts());
		counts.merge(occurrence, 1L, Long::sum);
		this.entries = new Entries(this.entries.states(), this.entries.holder(), this.entries.progress(),
				Collections.unmodifiableMap(counts));
	}

	synchronized void saw(GateSnapshot now) {
		Entries before = this.entries;
		List<Entered> states = before.states();
		if (states.isEmpty() || states.get(states.size() - 1).state() != now.state()) {
			states = new ArrayList<>(states);
			states.add(new Entered(now.state(), now.since()));
		}
		Holder holder = (now.holder() != null) ? now.holder() : before.holder();
		boolean other = now.holder() != null && before.holder() != null
				&& now.holder().generation() != before.holder().generation();
		Progress progress = (now.progress() != null || other) ? now.progress() : before.progress();
		this.entries = new Entries(List.copyOf(states), holder, progress, before.counts());
	}

	/**
	 * What was seen until one moment.
	 *
	 * @param states the states that were entered, in order
	 * @param holder the last holder that was seen, perhaps this replica
	 * @param progress how far that holder was, when that was seen last
	 * @param counts how often something has happened
	 */
	public record Entries(List<Entered> states, @Nullable Holder holder, @Nullable Progress progress,
			Map<Occurrence, Long> counts) {

		/**
		 * Return how often something has happened.
		 * @param occurrence what
		 * @return how often
		 */
		public long count(Occurrence occurrence) {
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

}
