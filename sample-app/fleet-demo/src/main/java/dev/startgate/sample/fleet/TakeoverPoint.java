package dev.startgate.sample.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

import dev.startgate.GateState;

/**
 * What the summary says if the replica that migrated was to be killed.
 */
final class TakeoverPoint {

	private TakeoverPoint() {
	}

	static Point of(Collection<ReplicaStory> stories) {
		return stories.stream()
			.filter((story) -> story.killed().isPresent())
			.findFirst()
			.map((killed) -> of(killed, stories))
			.orElse(new Point(false, "No replica was killed, because none migrated that long"));
	}

	private static Point of(ReplicaStory killed, Collection<ReplicaStory> stories) {
		Instant at = killed.killed().orElseThrow();
		Optional<ReplicaStory> successor = stories.stream()
			.filter((story) -> story.entered(GateState.MIGRATING).filter(at::isBefore).isPresent())
			.min(Comparator.comparing((story) -> story.entered(GateState.MIGRATING).orElseThrow()));
		return successor.map((story) -> {
			Duration gap = Duration.between(at, story.entered(GateState.MIGRATING).orElseThrow());
			return new Point(true, killed.replica() + " was killed while it migrated, " + story.replica()
					+ " took over " + Seconds.of(gap) + " later");
		}).orElse(new Point(false, killed.replica() + " was killed while it migrated, and no other took over"));
	}

}
