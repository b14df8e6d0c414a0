package dev.startgate.sample.fleet;

import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

import dev.startgate.GateState;
import dev.startgate.sample.fleet.Evidence.Start;
import dev.startgate.sample.fleet.FleetEvent.Started;

/**
 * One row for each replica: what it did, when, and where to look at it.
 */
final class ReplicaTable {

	private static final String ROW = "  %-10s  %7s  %8s  %8s  %12s  %s";

	private final Evidence evidence;

	private final Instant fleetStart;

	ReplicaTable(Evidence evidence, Instant fleetStart) {
		this.evidence = evidence;
		this.fleetStart = fleetStart;
	}

	void print(PrintStream out, Collection<ReplicaStory> stories) {
		out.println(
				String.format(ROW, "replica", "waited", "migrated", "OPEN at", "first tick", "page").stripTrailing());
		stories.forEach((story) -> out.println(row(story).stripTrailing()));
	}

	private String row(ReplicaStory story) {
		Optional<Start> start = this.evidence.startOf(story.replica());
		return String.format(ROW, story.replica(), start.map(Start::waited).map(ReplicaTable::orDash).orElse(""),
				migrated(story), story.entered(GateState.OPEN).map(this::sinceFleetStart).orElse(""),
				start.flatMap(this.evidence::firstRunAfterOpen).map(ReplicaTable::later).orElse(""), page(story));
	}

	private static String page(ReplicaStory story) {
		if (story.killed().isPresent() || story.ended().isPresent()) {
			return "";
		}
		return story.started().map(Started::page).map(URI::toString).orElse("");
	}

	private static String migrated(ReplicaStory story) {
		if (story.killed().isPresent()) {
			return "killed";
		}
		return orDash(story.timeIn(GateState.MIGRATING).orElse(Duration.ZERO));
	}

	private static String orDash(Duration duration) {
		return duration.isZero() ? "-" : Seconds.of(duration);
	}

	private String sinceFleetStart(Instant at) {
		return "+" + Seconds.of(Duration.between(this.fleetStart, at));
	}

	private static String later(Duration afterOpen) {
		return "OPEN+" + afterOpen.toMillis() + " ms";
	}

}
