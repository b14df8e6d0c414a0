package dev.startgate.sample.fleet;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

import dev.startgate.sample.fleet.Evidence.Start;
import dev.startgate.sample.fleet.FleetEvent.Ready;
import dev.startgate.sample.fleet.FleetEvent.ReadyTooEarly;

/**
 * What the summary says about the start of each replica.
 */
final class StartPoints {

	private final List<ReplicaStory> expected;

	private final boolean killed;

	private final Evidence evidence;

	StartPoints(Collection<ReplicaStory> stories, Evidence evidence) {
		this.expected = stories.stream().filter((story) -> story.killed().isEmpty()).toList();
		this.killed = this.expected.size() < stories.size();
		this.evidence = evidence;
	}

	Point ready() {
		List<String> missing = this.expected.stream()
			.filter((story) -> story.ready().isEmpty() || story.ended().isPresent())
			.map(StartPoints::describeMissing)
			.toList();
		return Point.of(missing.isEmpty(),
				(this.killed ? "Each replica that was not killed" : "Each replica") + " is ready",
				String.join(", ", missing));
	}

	private static String describeMissing(ReplicaStory story) {
		return story.ended()
			.map((ended) -> story.replica() + " has ended with exit code " + ended.exitCode())
			.orElse(story.replica() + " is not ready");
	}

	/**
	 * A replica leaves a row when its gate opens.
	 */
	Point openedOnce() {
		List<String> opened = this.evidence.starts().stream().map(Start::replica).sorted().toList();
		List<String> once = names(this.expected).stream().sorted().toList();
		return Point.of(opened.equals(once),
				(this.killed ? "Each gate of the other replicas" : "Each gate") + " opened, and once",
				"The gate opened on " + opened + " instead of once on each of " + once);
	}

	Point notReadyTooEarly() {
		List<ReadyTooEarly> early = this.expected.stream().flatMap((story) -> story.tooEarly().stream()).toList();
		int refusals = this.expected.stream()
			.flatMap((story) -> story.ready().stream())
			.mapToInt(Ready::refusals)
			.sum();
		return Point.of(early.isEmpty(),
				"Before OPEN no readiness probe was answered with yes, and " + refusals + " with no",
				"Ready before OPEN: " + early);
	}

	/**
	 * Both times are on the clock of the database.
	 */
	Point scheduledAfterOpen() {
		List<String> wrong = this.evidence.starts()
			.stream()
			.filter((start) -> this.evidence.firstRunAfterOpen(start)
				.filter(Predicate.not(Duration::isNegative))
				.isEmpty())
			.map(Start::replica)
			.toList();
		boolean opened = !this.evidence.starts().isEmpty();
		return Point.of(opened && wrong.isEmpty(), "The first scheduler tick of each replica came after its OPEN",
				opened ? "The scheduler did not tick, or it did before OPEN, on " + wrong
						: "No replica wrote down its OPEN, so nothing is known of the scheduler");
	}

	private static List<String> names(List<ReplicaStory> stories) {
		return stories.stream().map(ReplicaStory::replica).toList();
	}

}
