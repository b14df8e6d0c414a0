package dev.startgate.chaos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.startgate.chaos.Evidence.Step;
import dev.startgate.chaos.Journal.What;
import dev.startgate.chaos.Sampler.Sample;

/**
 * What must be true after each round, whatever happened in it.
 */
final class Invariants {

	private static final List<String> VERSIONS = List.of("1", "2", "3", "4", "5", "6");

	private static final Pattern MAY_FAIL = Pattern
		.compile("Description:\\s+(Migration V\\S+ '.*' \\(.*\\) was interrupted|Lost the lease on|Asked to stop)");

	private static final Pattern RECORDED = Pattern
		.compile("Description:\\s+Flyway has recorded that a migration failed: V(\\S+) '");

	private static final Pattern BEGUN = Pattern.compile("Migrating schema .* to version \"(\\S+) - ");

	/** The exit codes of SIGTERM and SIGKILL. */
	private static final Set<Integer> ENDED_BY_SIGNAL = Set.of(143, 137);

	private Invariants() {
	}

	/**
	 * Return what is violated, in words.
	 */
	static List<String> check(Evidence evidence) {
		return Stream
			.of(eachStepOnce(evidence.steps()), noOverlapInSamples(evidence.samples()),
					noOverlapInAudit(evidence.steps()), historyComplete(evidence), eachReplicaOpen(evidence.replicas()),
					nothingBeforeOpen(evidence.replicas()), nobodyGivesUp(evidence.replicas()))
			.flatMap(List::stream)
			.toList();
	}

	/**
	 * Return which steps took effect twice, and which migrations were never done. A
	 * migration outside of a transaction must not even begin twice. The count begins anew
	 * after a person has resolved the migration.
	 */
	static List<String> eachStepOnce(List<Step> steps) {
		List<String> violations = new ArrayList<>();
		for (String version : VERSIONS) {
			Map<String, Integer> counts = new LinkedHashMap<>();
			for (Step step : steps) {
				if (version.equals(step.version())) {
					if (step.what().equals(Step.RESOLVED)) {
						violations.addAll(twice(version, counts));
						counts.clear();
					}
					else {
						counts.merge(step.what(), 1, Integer::sum);
					}
				}
			}
			violations.addAll(twice(version, counts));
			if (!counts.containsKey("done")) {
				violations.add("LOST: V%s was never done".formatted(version));
			}
		}
		return violations;
	}

	private static List<String> twice(String version, Map<String, Integer> counts) {
		return counts.entrySet()
			.stream()
			.filter((entry) -> entry.getValue() > 1)
			.map((entry) -> "TWICE: V%s '%s' took effect %d times".formatted(version, entry.getKey(), entry.getValue()))
			.toList();
	}

	static List<String> noOverlapInSamples(List<Sample> samples) {
		Map<String, long[]> overlaps = new LinkedHashMap<>();
		for (Sample sample : samples) {
			if (sample.tokens().size() > 1) {
				long[] span = overlaps.computeIfAbsent(sample.sessions()
					.stream()
					.map((session) -> session.token() + " in V" + session.version())
					.sorted()
					.distinct()
					.toList()
					.toString(), (key) -> new long[] { sample.nanos(), 0 });
				span[1] = sample.nanos();
			}
		}
		return overlaps.entrySet()
			.stream()
			.map((entry) -> "OVERLAP: %s executed at the same time for %d ms".formatted(entry.getKey(),
					(entry.getValue()[1] - entry.getValue()[0]) / 1_000_000))
			.toList();
	}

	/**
	 * No session may begin to write between the first and the last write of a session of
	 * another incarnation.
	 */
	static List<String> noOverlapInAudit(List<Step> steps) {
		Map<String, long[]> spans = new LinkedHashMap<>();
		steps.stream().filter((step) -> step.version() != null && !step.token().equals("harness")).forEach((step) -> {
			long[] span = spans.computeIfAbsent(step.token() + " session " + step.backend(),
					(key) -> new long[] { step.at(), step.at() });
			span[1] = step.at();
		});
		List<String> violations = new ArrayList<>();
		spans.forEach((first, one) -> spans.forEach((second, other) -> {
			boolean sameToken = first.split(" ")[0].equals(second.split(" ")[0]);
			if (!sameToken && one[0] < other[0] && other[0] < one[1]) {
				violations.add("OVERLAP: %s wrote after %s had begun".formatted(first, second));
			}
		}));
		return violations;
	}

	static List<String> historyComplete(Evidence evidence) {
		List<String> violations = new ArrayList<>();
		if (!evidence.history().equals(VERSIONS)) {
			violations.add("HISTORY: " + evidence.history());
		}
		evidence.broken().forEach((broken) -> violations.add("BROKEN: " + broken));
		return violations;
	}

	static List<String> eachReplicaOpen(List<Replica> replicas) {
		return replicas.stream().filter((replica) -> !isOpen(replica.current())).map((replica) -> {
			ReplicaProcess process = replica.current();
			return "NOT OPEN: %s, %s, last state '%s'".formatted(replica.token(),
					process.isAlive() ? "alive" : "ended with " + process.exitCode(), process.state());
		}).toList();
	}

	/**
	 * A replica may stay blocked, but must say why.
	 */
	private static boolean isOpen(ReplicaProcess process) {
		return (process.isReady() && process.state().startsWith("OPEN"))
				|| (process.isAlive() && process.state().matches("BLOCKED .+"));
	}

	/**
	 * A replica must not end by itself, whatever happens to the database. It may if a
	 * person is needed, or if it must not go on after it was frozen or cut off.
	 */
	static List<String> nobodyGivesUp(List<Replica> replicas) {
		List<String> disturbed = replicas.stream()
			.flatMap((replica) -> replica.incarnations().stream())
			.filter((process) -> !process.isAlive())
			.filter((process) -> ENDED_BY_SIGNAL.contains(process.exitCode()) || MAY_FAIL.matcher(process.log()).find())
			.map(ReplicaProcess::log)
			.toList();
		return replicas.stream()
			.flatMap((replica) -> replica.incarnations()
				.stream()
				.filter((process) -> !process.isAlive() && process.exitCode() == 1)
				.filter((process) -> !mayFail(process.log(), disturbed))
				.map((process) -> "FAILED: an incarnation of %s, last state '%s'".formatted(replica.name(),
						process.state())))
			.toList();
	}

	/**
	 * Return whether a replica may have failed. It may have read a failure that a
	 * disturbed replica recorded before its other session was ended. A replica whose work
	 * fails by itself records a failure too, but then no replica was disturbed in that
	 * migration.
	 * @param log the log of the replica
	 * @param disturbed the logs of the replicas that were disturbed
	 */
	static boolean mayFail(String log, List<String> disturbed) {
		Matcher recorded = RECORDED.matcher(log);
		return MAY_FAIL.matcher(log).find() || (recorded.find()
				&& disturbed.stream().anyMatch((other) -> recorded.group(1).equals(lastBegun(other))));
	}

	private static String lastBegun(String log) {
		return BEGUN.matcher(log).results().map((begun) -> begun.group(1)).reduce("", (first, second) -> second);
	}

	static List<String> nothingBeforeOpen(List<Replica> replicas) {
		String seen = "OPEN (" + VERSIONS.size() + "|\\?)";
		List<What> deferred = Arrays.asList(What.TICK, What.LISTENER);
		return replicas.stream()
			.flatMap((replica) -> replica.incarnations()
				.stream()
				.flatMap((process) -> process.journal().lines().stream())
				.filter((line) -> deferred.contains(line.what()) && !line.detail().matches(seen))
				.map((line) -> "EARLY: %s of %s at '%s'".formatted(line.what(), replica.name(), line.detail())))
			.distinct()
			.toList();
	}

}
