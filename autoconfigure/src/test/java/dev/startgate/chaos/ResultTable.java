package dev.startgate.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The result of many rounds: a line for each kind of fault, and all violations.
 */
final class ResultTable {

	private final String title;

	private final String commit;

	private final List<RoundReport> reports = new ArrayList<>();

	private final List<RoundResult> results = new ArrayList<>();

	ResultTable(String title) throws IOException {
		this.title = title;
		this.commit = commit();
	}

	/**
	 * Print a round and append its row to those in {@code target/chaos/chaos.csv}.
	 */
	void add(RoundReport report) throws IOException {
		this.reports.add(report);
		System.out.println(report);
		RoundResult result = RoundResult.of(report, this.commit);
		this.results.add(result);
		Path file = Directories.result().resolve("chaos.csv");
		if (!Files.exists(file)) {
			Files.writeString(file, RoundResult.COLUMNS + "\n");
		}
		Files.writeString(file, result.row() + "\n", StandardOpenOption.APPEND);
	}

	List<RoundReport> violated() {
		return this.reports.stream().filter((report) -> !report.isClean()).toList();
	}

	List<RoundReport> neededPerson() {
		return this.reports.stream().filter(RoundReport::neededPerson).toList();
	}

	private List<RoundReport> noteworthy() {
		return this.reports.stream().filter((report) -> !report.isClean() || report.neededPerson()).toList();
	}

	private Map<FaultKind, Long> faults() {
		return this.results.stream()
			.flatMap((result) -> result.faults().stream())
			.collect(Collectors.groupingBy((kind) -> kind, TreeMap::new, Collectors.counting()));
	}

	/**
	 * Print the table and write it into a file.
	 */
	void publish() throws IOException {
		String text = text();
		System.out.println(text);
		Path file = Directories.result().resolve(this.title.replace(' ', '-') + ".md");
		Files.createDirectories(file.getParent());
		Files.writeString(file, text);
	}

	private String text() {
		StringBuilder text = new StringBuilder("\n## " + this.title + "\n\n");
		text.append("| first fault | ").append(String.join(" | ", RoundResult.HEADER)).append(" |\n");
		text.append("| --- ".repeat(RoundResult.HEADER.size() + 1)).append("|\n");
		for (FaultKind kind : FaultKind.values()) {
			List<RoundResult> some = this.results.stream().filter((result) -> result.faults().get(0) == kind).toList();
			if (!some.isEmpty()) {
				text.append("| %s | %s |\n".formatted(kind, RoundResult.cells(some)));
			}
		}
		text.append("| all | %s |\n".formatted(RoundResult.cells(this.results)));
		text.append("\nFaults, second ones of a round included: %s%n".formatted(faults()));
		noteworthy().forEach((report) -> text.append("\n```\n").append(report).append("\n```\n"));
		return text.toString();
	}

	/**
	 * Return the commit that Git names for these classes, with that of the other version
	 * if there is one.
	 */
	private static String commit() throws IOException {
		Process git = new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=7").start();
		String commit = new String(git.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
		return ChaosOptions.otherCommit().map((other) -> commit + "+" + other).orElse(commit);
	}

}
