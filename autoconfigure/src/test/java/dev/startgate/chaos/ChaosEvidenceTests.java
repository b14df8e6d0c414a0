package dev.startgate.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import dev.startgate.testing.GeneratedBlock;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the page about the evidence shows the results of the chaos rounds in
 * {@code docs/evidence/chaos.csv}. To write the page again:
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=ChaosEvidenceTests -Ddocs.write=true
 * </pre>
 */
class ChaosEvidenceTests {

	private static final int LAST = 6;

	private static final Duration SOON = Duration.ofSeconds(3);

	private static final Path RESULTS = Path.of("../docs/evidence/chaos.csv");

	@Test
	void thePageSaysWhatTheRoundsHaveLeft() throws IOException {
		List<String> rows = Files.readAllLines(RESULTS);
		assertThat(rows.get(0)).isEqualTo(RoundResult.COLUMNS);
		List<RoundResult> results = rows.stream().skip(1).map(RoundResult::parse).toList();
		assertThat(results.stream().map(RoundResult::row)).isEqualTo(rows.subList(1, rows.size()));
		new GeneratedBlock(Path.of("../docs/evidence.md"), "chaos").assertIs(table(results));
		new GeneratedBlock(Path.of("../docs/evidence.md"), "chaos-kills").assertIs(kills(results));
		new GeneratedBlock(Path.of("../docs/evidence.md"), "chaos-commits").assertIs(commits(results));
	}

	/**
	 * Return how soon another replica had the lease of a killed one, in rounds with the
	 * default lease.
	 */
	private static String kills(List<RoundResult> results) {
		Map<String, List<Duration>> leases = new TreeMap<>();
		results.stream()
			.filter(RoundResult::isOfOneVersionWithTheDefaultLease)
			.forEach((round) -> round.takeovers()
				.stream()
				.filter((takeover) -> takeover.kind() == FaultKind.KILL)
				.flatMap((takeover) -> takeover.lease().stream())
				.forEach(
						(time) -> leases.computeIfAbsent(round.database(), (database) -> new ArrayList<>()).add(time)));
		StringBuilder table = new StringBuilder("| database | takeovers after SIGKILL | within 3 s | longest |\n")
			.append("| --- ".repeat(4))
			.append("|\n");
		leases.forEach((database,
				times) -> table.append("| %s | %d | %d | %d ms |\n".formatted(database, times.size(),
						times.stream().filter((time) -> time.compareTo(SOON) <= 0).count(),
						Collections.max(times).toMillis())));
		return table.toString();
	}

	/** Return a table of the last commits, the newest one first. */
	private static String commits(List<RoundResult> results) {
		Map<String, List<RoundResult>> commits = new LinkedHashMap<>();
		for (int n = results.size(); n-- > 0;) {
			commits.computeIfAbsent(results.get(n).commit(), (commit) -> new ArrayList<>()).add(results.get(n));
		}
		List<List<RoundResult>> last = commits.values().stream().limit(LAST).toList();
		List<String> databases = last.stream()
			.flatMap(List::stream)
			.map(RoundResult::database)
			.distinct()
			.sorted()
			.toList();
		StringBuilder table = new StringBuilder("| commit | ").append(String.join(" | ", databases))
			.append(" | scripts resumed | rounds that needed a person | rounds with violations |\n")
			.append("| --- ".repeat(databases.size() + 4))
			.append("|\n");
		last.forEach((rounds) -> {
			table.append("| `").append(rounds.get(0).commit()).append("` | ");
			databases.forEach((database) -> table
				.append(rounds.stream().filter((round) -> round.database().equals(database)).count())
				.append(" | "));
			table.append("%d | %d | %d |\n".formatted(rounds.stream().mapToLong(RoundResult::resumed).sum(),
					rounds.stream().filter((round) -> round.persons() > 0).count(),
					rounds.stream().filter((round) -> round.violations() > 0).count()));
		});
		return table.toString();
	}

	private static String table(List<RoundResult> results) {
		Map<String, List<RoundResult>> runs = results.stream()
			.collect(Collectors.groupingBy(ChaosEvidenceTests::run, TreeMap::new, Collectors.toList()));
		StringBuilder table = new StringBuilder("| database | versions | commits | ");
		table.append(String.join(" | ", RoundResult.HEADER)).append(" |\n");
		table.append("| --- ".repeat(RoundResult.HEADER.size() + 3)).append("|\n");
		runs.forEach((run, rounds) -> {
			List<String> commits = rounds.stream().map(RoundResult::commit).distinct().toList();
			table.append("| %s | %s | %s |\n".formatted(run,
					(commits.size() > 1) ? commits.size() : "`" + commits.get(0) + "`", RoundResult.cells(rounds)));
		});
		return table.toString();
	}

	private static String run(RoundResult result) {
		return result.database() + " | " + (result.isOfTwoVersions() ? "two" : "one");
	}

}
