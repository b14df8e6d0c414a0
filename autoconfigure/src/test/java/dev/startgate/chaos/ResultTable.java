package dev.startgate.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The result of many rounds: a line for each kind of fault, and all violations.
 */
final class ResultTable {

	private final String title;

	private final List<RoundReport> reports = new ArrayList<>();

	ResultTable(String title) {
		this.title = title;
	}

	void add(RoundReport report) {
		this.reports.add(report);
		System.out.println(report);
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

	private Map<String, Long> faults() {
		return this.reports.stream()
			.flatMap((report) -> report.faults().stream())
			.collect(Collectors.groupingBy((fault) -> fault.split(" ", 2)[0], TreeMap::new, Collectors.counting()));
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
		text.append("| first fault | rounds | takeovers | to lease: median | p95 | max");
		text.append(" | to work: median | p95 | max | resumed | in doubt: done | not done");
		text.append(" | rounds that needed a person | rounds with violations |\n");
		text.append("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
		for (FaultKind kind : FaultKind.values()) {
			List<RoundReport> some = this.reports.stream()
				.filter((report) -> report.faults().stream().findFirst().orElse("").startsWith(kind + " "))
				.toList();
			if (!some.isEmpty()) {
				text.append(row(kind.name(), some));
			}
		}
		text.append(row("all", this.reports));
		text.append("\nFaults, second ones of a round included: %s%n".formatted(faults()));
		noteworthy().forEach((report) -> text.append("\n```\n").append(report).append("\n```\n"));
		return text.toString();
	}

	private static String row(String name, List<RoundReport> reports) {
		List<Takeover> takeovers = reports.stream().flatMap((report) -> report.takeovers().stream()).toList();
		List<Duration> leases = takeovers.stream().flatMap((takeover) -> takeover.lease().stream()).toList();
		List<Duration> work = takeovers.stream().map(Takeover::executing).toList();
		return "| %s | %d | %d | %s | %s | %d | %d | %d | %d | %d |%n".formatted(name, reports.size(), takeovers.size(),
				times(leases), times(work), resumed(reports, "goes on"), resumed(reports, "which had taken effect"),
				resumed(reports, "which had not taken effect"),
				reports.stream().filter(RoundReport::neededPerson).count(),
				reports.stream().filter((report) -> !report.isClean()).count());
	}

	private static long resumed(List<RoundReport> reports, String how) {
		return reports.stream()
			.flatMap((report) -> report.resumed().stream())
			.filter((one) -> one.contains(how))
			.count();
	}

	private static String times(List<Duration> times) {
		List<Duration> sorted = times.stream().sorted().toList();
		return String.join(" | ",
				Stream.of(0.5, 0.95, 1.0).map((share) -> Quantile.of(sorted, share)).toArray(String[]::new));
	}

}
