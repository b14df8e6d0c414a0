package dev.startgate.sample.fleet;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Takes in the events of the fleet in one thread, prints them, and keeps them for the
 * summary.
 */
final class FleetRun {

	private final Map<String, ReplicaStory> stories = new LinkedHashMap<>();

	private final int replicas;

	private final BlockingQueue<FleetEvent> events;

	private final Timeline timeline;

	private final @Nullable HolderKill holderKill;

	private final Clock clock;

	FleetRun(int replicas, BlockingQueue<FleetEvent> events, Timeline timeline, @Nullable HolderKill holderKill,
			Clock clock) {
		this.replicas = replicas;
		this.events = events;
		this.timeline = timeline;
		this.holderKill = holderKill;
		this.clock = clock;
	}

	/**
	 * Take in events.
	 * @param end whether to stop, asked between the events
	 * @param timeout how long to go on at most
	 * @throws InterruptedException if the thread was interrupted
	 */
	void until(BooleanSupplier end, Duration timeout) throws InterruptedException {
		Instant deadline = this.clock.instant().plus(timeout);
		while (!end.getAsBoolean() && this.clock.instant().isBefore(deadline)) {
			FleetEvent event = this.events.poll(50, TimeUnit.MILLISECONDS);
			if (event != null) {
				event.addTo(story(event.replica()), this.timeline);
			}
			if (this.holderKill != null) {
				this.holderKill.ifDue(stories(), this.timeline, this.clock.instant());
			}
			this.timeline.print(this.clock.instant());
		}
		this.timeline.printAll();
	}

	/**
	 * Return whether each replica is ready, or will never be.
	 * @return whether nothing more is to be expected
	 */
	boolean isOver() {
		return this.stories.size() == this.replicas && stories().stream().allMatch(ReplicaStory::isOver);
	}

	/**
	 * Return which replicas are ready and have not ended since.
	 * @return the names of the replicas
	 */
	List<String> serving() {
		return stories().stream()
			.filter((story) -> story.ready().isPresent() && story.ended().isEmpty())
			.map(ReplicaStory::replica)
			.toList();
	}

	Collection<ReplicaStory> stories() {
		return Collections.unmodifiableCollection(this.stories.values());
	}

	private ReplicaStory story(String replica) {
		return this.stories.computeIfAbsent(replica, ReplicaStory::new);
	}

}
