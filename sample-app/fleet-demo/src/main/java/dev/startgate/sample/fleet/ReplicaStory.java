package dev.startgate.sample.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.startgate.GateState;
import dev.startgate.sample.fleet.FleetEvent.Ended;
import dev.startgate.sample.fleet.FleetEvent.Ready;
import dev.startgate.sample.fleet.FleetEvent.ReadyTooEarly;
import dev.startgate.sample.fleet.FleetEvent.Started;
import dev.startgate.sample.fleet.FleetEvent.StateSeen;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of one replica so far.
 */
final class ReplicaStory {

	private final List<StateSeen> states = new ArrayList<>();

	private final List<ReadyTooEarly> tooEarly = new ArrayList<>();

	private final String replica;

	private @Nullable Started started;

	private @Nullable Ready ready;

	private @Nullable Ended ended;

	private @Nullable Instant killed;

	ReplicaStory(String replica) {
		this.replica = replica;
	}

	String replica() {
		return this.replica;
	}

	/**
	 * Add a sighting of the state. Log and health tell the same twice, and an answer may
	 * arrive late: only news counts.
	 * @param seen the sighting
	 * @return whether the state is new
	 */
	boolean add(StateSeen seen) {
		if (!this.states.isEmpty()) {
			StateSeen last = this.states.get(this.states.size() - 1);
			if (last.state() == seen.state() || seen.at().isBefore(last.at())) {
				return false;
			}
		}
		return this.states.add(seen);
	}

	void add(Started started) {
		this.started = started;
	}

	void add(Ready ready) {
		this.ready = ready;
	}

	void add(ReadyTooEarly early) {
		this.tooEarly.add(early);
	}

	void add(Ended ended) {
		this.ended = ended;
	}

	void killed(Instant at) {
		this.killed = at;
	}

	boolean isIn(GateState state) {
		return !this.states.isEmpty() && this.states.get(this.states.size() - 1).state() == state;
	}

	boolean isOver() {
		return this.ready != null || this.ended != null;
	}

	/**
	 * Return when a state was entered first.
	 * @param state the state
	 * @return the time, empty if it was not seen
	 */
	Optional<Instant> entered(GateState state) {
		return this.states.stream().filter((seen) -> seen.state() == state).map(StateSeen::at).findFirst();
	}

	/**
	 * Return how long the replica was in a state.
	 * @param state the state
	 * @return the time until the next state, empty if there was none
	 */
	Optional<Duration> timeIn(GateState state) {
		for (int i = 0; i < this.states.size() - 1; i++) {
			if (this.states.get(i).state() == state) {
				return Optional.of(Duration.between(this.states.get(i).at(), this.states.get(i + 1).at()));
			}
		}
		return Optional.empty();
	}

	List<ReadyTooEarly> tooEarly() {
		return List.copyOf(this.tooEarly);
	}

	Optional<Started> started() {
		return Optional.ofNullable(this.started);
	}

	Optional<Ready> ready() {
		return Optional.ofNullable(this.ready);
	}

	Optional<Ended> ended() {
		return Optional.ofNullable(this.ended);
	}

	Optional<Instant> killed() {
		return Optional.ofNullable(this.killed);
	}

}
