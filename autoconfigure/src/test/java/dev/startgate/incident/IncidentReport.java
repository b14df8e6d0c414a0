package dev.startgate.incident;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import dev.startgate.testing.PostgresDatabase;

import org.springframework.core.NestedRuntimeException;

/**
 * The result of one incident.
 *
 * @param arm what kept migrations and metadata apart
 * @param seed the seed
 * @param violations what went wrong
 * @param delays the time of each replica from truly settled to ready; it counts from when
 * the replica began to settle if that was later, because another replica did the work
 * @param wasted how long the pause of the arm went on after the work had ended, negative
 * if the pause ended first
 * @param dropped how many sessions were ended
 * @param probes how many probes were answered
 */
record IncidentReport(Arm arm, long seed, List<String> violations, List<Duration> delays, Duration wasted, long dropped,
		int probes) {

	static IncidentReport of(Arm arm, long seed, double scale, PostgresDatabase database, List<Engine> engines,
			List<IncidentReplica> replicas, ReadinessProbe probe) {
		List<String> violations = new ArrayList<>();
		replicas.forEach((replica) -> replica.errors().forEach((error) -> violations.add("error: " + error)));
		if (replicas.stream().anyMatch((replica) -> replica.up() == null)) {
			violations.add("one was never ready");
		}
		if (probe.tooEarly() > 0) {
			violations.add("ready while metadata was in flight");
		}
		engines.stream()
			.filter((engine) -> engine.applied() != 1)
			.forEach((engine) -> violations.add("applied " + engine.applied() + " times"));
		String runs = runs(database);
		if (!runs.equals("2 of [1, 2]")) {
			violations.add("migrations: runs " + runs);
		}
		Instant settled = engines.stream().map(Engine::settledAt).max(Comparator.naturalOrder()).orElseThrow();
		List<Duration> delays = replicas.stream()
			.filter((replica) -> replica.up() != null)
			.map((replica) -> Duration.between(later(settled, replica.settlingSince()), replica.up()))
			.toList();
		if (arm == Arm.STARTGATE && delays.stream().anyMatch((delay) -> delay.compareTo(most(scale)) > 0)) {
			violations.add("ready more than " + most(scale) + " after settling: " + delays);
		}
		return new IncidentReport(arm, seed, violations, delays,
				Duration.ofMillis((long) (arm.pause() * scale) - engines.get(0).work()),
				engines.stream().mapToLong(Engine::dropped).sum(), probe.asked());
	}

	/**
	 * Return the longest delay that is accepted: two poll intervals in a long run. In the
	 * build the machine may stall for longer.
	 */
	private static Duration most(double scale) {
		return (scale < 1) ? Duration.ofSeconds(3) : Incident.POLL_INTERVAL.multipliedBy(2);
	}

	private static Instant later(Instant one, Instant other) {
		return one.isAfter(other) ? one : other;
	}

	private static String runs(PostgresDatabase database) {
		try {
			return database.jdbc().queryForObject("select last_value from run", Long.class) + " of "
					+ database.history();
		}
		catch (NestedRuntimeException ex) {
			return "none";
		}
	}

}
