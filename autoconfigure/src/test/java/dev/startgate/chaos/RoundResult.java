package dev.startgate.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The result of a round, as a row of {@code docs/evidence/chaos.csv}.
 *
 * @param database the product and its version
 * @param commit the commit that was checked out, with that of the other version, if any
 * @param seed the seed, with which the round can be repeated
 * @param faults the kinds of its faults
 * @param takeovers the takeovers
 * @param resumed how many scripts resumed
 * @param done how many statements in doubt had taken effect
 * @param notDone how many had not
 * @param persons how often a person was asked to act
 * @param violations how many violations there were
 */
record RoundResult(String database, String commit, long seed, List<FaultKind> faults, List<Takeover> takeovers,
		long resumed, long done, long notDone, int persons, int violations) {

	static final String COLUMNS = "database,commit,seed,faults,takeovers,resumed,done,not_done,persons,violations";

	/** The names of the {@linkplain #cells cells}. */
	static final List<String> HEADER = List.of("rounds", "takeovers", "fault to lease, median / 95 % / longest",
			"fault to first statement", "scripts resumed", "in doubt: had taken effect, had not",
			"rounds that needed a person", "rounds with violations");

	static RoundResult of(RoundReport report, String commit) {
		return new RoundResult(report.database(), commit, report.seed(),
				report.faults().stream().map((fault) -> FaultKind.valueOf(fault.split(" ", 2)[0])).toList(),
				report.takeovers(), resumed(report, "goes on"), resumed(report, "which had taken effect"),
				resumed(report, "which had not taken effect"), report.resolved().size(), report.violations().size());
	}

	private static long resumed(RoundReport report, String how) {
		return report.resumed().stream().filter((one) -> one.contains(how)).count();
	}

	static RoundResult parse(String row) {
		String[] values = row.split(",", -1);
		return new RoundResult(values[0], values[1], Long.parseLong(values[2]),
				words(values[3]).map(FaultKind::valueOf).toList(), words(values[4]).map(RoundResult::takeover).toList(),
				Long.parseLong(values[5]), Long.parseLong(values[6]), Long.parseLong(values[7]),
				Integer.parseInt(values[8]), Integer.parseInt(values[9]));
	}

	private static Stream<String> words(String value) {
		return Arrays.stream(value.split(" ")).filter((word) -> !word.isEmpty());
	}

	private static Takeover takeover(String word) {
		String[] values = word.split(":");
		return new Takeover(FaultKind.valueOf(values[0]),
				values[1].isEmpty() ? Optional.empty() : Optional.of(Duration.ofMillis(Long.parseLong(values[1]))),
				Duration.ofMillis(Long.parseLong(values[2])));
	}

	boolean isOfTwoVersions() {
		return this.commit.contains("+");
	}

	boolean isOfOneVersionWithTheDefaultLease() {
		return !isOfTwoVersions() && this.faults.stream().allMatch((fault) -> fault.lease() == FaultKind.DEFAULT_LEASE);
	}

	/**
	 * Return the row.
	 */
	String row() {
		String kinds = this.faults.stream().map(FaultKind::name).collect(Collectors.joining(" "));
		String times = this.takeovers.stream()
			.map((takeover) -> "%s:%s:%d".formatted(takeover.kind(),
					takeover.lease().map((time) -> String.valueOf(time.toMillis())).orElse(""),
					takeover.executing().toMillis()))
			.collect(Collectors.joining(" "));
		return "%s,%s,%d,%s,%s,%d,%d,%d,%d,%d".formatted(this.database, this.commit, this.seed, kinds, times,
				this.resumed, this.done, this.notDone, this.persons, this.violations);
	}

	/**
	 * Return the cells of a table row about some rounds, in the order of {@link #HEADER}.
	 */
	static String cells(List<RoundResult> rounds) {
		List<Takeover> takeovers = rounds.stream().flatMap((round) -> round.takeovers().stream()).toList();
		List<Duration> leases = takeovers.stream().flatMap((takeover) -> takeover.lease().stream()).toList();
		List<Duration> work = takeovers.stream().map(Takeover::executing).toList();
		return "%d | %d | %s | %s | %d | %d, %d | %d | %d".formatted(rounds.size(), takeovers.size(), times(leases),
				times(work), rounds.stream().mapToLong(RoundResult::resumed).sum(),
				rounds.stream().mapToLong(RoundResult::done).sum(),
				rounds.stream().mapToLong(RoundResult::notDone).sum(),
				rounds.stream().filter((round) -> round.persons() > 0).count(),
				rounds.stream().filter((round) -> round.violations() > 0).count());
	}

	private static String times(List<Duration> times) {
		List<Duration> sorted = new ArrayList<>(times);
		sorted.sort(null);
		return Stream.of(0.5, 0.95, 1.0).map((share) -> Quantile.of(sorted, share)).collect(Collectors.joining(" / "));
	}

}
