package dev.startgate.sample.fleet;

import java.net.URI;
import java.time.Instant;

import dev.startgate.GateState;

/**
 * Something that was seen of a replica from outside.
 */
sealed interface FleetEvent {

	/**
	 * Return the replica.
	 * @return the name of the replica
	 */
	String replica();

	/**
	 * Keep it, and print it if it is news.
	 * @param story what was seen of the replica so far
	 * @param timeline where changes are printed
	 */
	void addTo(ReplicaStory story, Timeline timeline);

	/**
	 * The process was started.
	 *
	 * @param replica the name of the replica
	 * @param at when
	 * @param port where it will answer
	 * @param pid the number of the process
	 */
	record Started(String replica, Instant at, int port, long pid) implements FleetEvent {

		URI health() {
			return URI.create("http://localhost:" + this.port + "/actuator/health");
		}

		URI page() {
			return URI.create("http://localhost:" + this.port + "/actuator/startgate");
		}

		@Override
		public void addTo(ReplicaStory story, Timeline timeline) {
			story.add(this);
			timeline.state(this.replica, this.at, "STARTED", "Process " + this.pid + ", port " + this.port);
		}

	}

	/**
	 * The state of the gate, by the replica's log or by its health.
	 *
	 * @param replica the name of the replica
	 * @param at since when
	 * @param state the state
	 */
	record StateSeen(String replica, Instant at, GateState state) implements FleetEvent {

		@Override
		public void addTo(ReplicaStory story, Timeline timeline) {
			if (story.add(this)) {
				timeline.state(this.replica, this.at, this.state.name(), "");
			}
		}

	}

	/**
	 * A sentence in the replica's log about its start.
	 *
	 * @param replica the name of the replica
	 * @param at when it was logged
	 * @param text the sentence
	 */
	record Remark(String replica, Instant at, String text) implements FleetEvent {

		@Override
		public void addTo(ReplicaStory story, Timeline timeline) {
			timeline.remark(this.replica, this.at, this.text);
		}

	}

	/**
	 * The readiness probe was answered with 200 although the gate was not open.
	 *
	 * @param replica the name of the replica
	 * @param at when
	 * @param state the state of the gate thereafter
	 */
	record ReadyTooEarly(String replica, Instant at, GateState state) implements FleetEvent {

		@Override
		public void addTo(ReplicaStory story, Timeline timeline) {
			story.add(this);
			timeline.remark(this.replica, this.at, "Ready, although the gate is not open");
		}

	}

	/**
	 * The readiness probe was answered with 200 and the health shows an open gate.
	 *
	 * @param replica the name of the replica
	 * @param at when
	 * @param refusals how often the probe was answered otherwise before
	 */
	record Ready(String replica, Instant at, int refusals) implements FleetEvent {

		@Override
		public void addTo(ReplicaStory story, Timeline timeline) {
			story.add(this);
			timeline.state(this.replica, this.at, "READY", "The readiness probe answers 200");
		}

	}

	/**
	 * The process has ended.
	 *
	 * @param replica the name of the replica
	 * @param at when
	 * @param exitCode the exit code
	 */
	record Ended(String replica, Instant at, int exitCode) implements FleetEvent {

		@Override
		public void addTo(ReplicaStory story, Timeline timeline) {
			story.add(this);
			if (story.killed().isEmpty()) {
				timeline.state(this.replica, this.at, "ENDED", "Exit code " + this.exitCode);
			}
		}

	}

}
