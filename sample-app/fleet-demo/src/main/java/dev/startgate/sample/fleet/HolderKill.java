package dev.startgate.sample.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;

import dev.startgate.GateState;

/**
 * Kills the replica that migrates first, some time after it began. It gets no chance to
 * give its lease back.
 */
final class HolderKill {

	private final Fleet fleet;

	private final Duration after;

	private boolean over;

	HolderKill(Fleet fleet, Duration after) {
		this.fleet = fleet;
		this.after = after;
	}

	void ifDue(Collection<ReplicaStory> stories, Timeline timeline, Instant now) {
		if (!this.over) {
			stories.stream()
				.filter((story) -> story.entered(GateState.MIGRATING).isPresent())
				.min(Comparator.comparing((story) -> story.entered(GateState.MIGRATING).orElseThrow()))
				.ifPresent((story) -> ifDue(story, timeline, now));
		}
	}

	private void ifDue(ReplicaStory holder, Timeline timeline, Instant now) {
		Duration migrating = Duration.between(holder.entered(GateState.MIGRATING).orElseThrow(), now);
		this.over = migrating.compareTo(this.after) >= 0;
		if (this.over && holder.isIn(GateState.MIGRATING)) {
			this.fleet.kill(holder.replica());
			holder.killed(now);
			timeline.state(holder.replica(), now, "KILLED",
					"By the demo, " + Seconds.of(migrating) + " after it began to migrate");
		}
	}

}
