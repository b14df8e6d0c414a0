package dev.startgate.incident;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The results of many incidents in one arm, as a text for people.
 */
record IncidentTable(Arm arm, List<IncidentReport> reports) {

	void publish() throws IOException {
		List<Duration> delays = this.reports.stream().flatMap((report) -> report.delays().stream()).sorted().toList();
		List<Duration> wasted = this.reports.stream()
			.map(IncidentReport::wasted)
			.filter((pause) -> !pause.isNegative())
			.toList();
		StringBuilder text = new StringBuilder();
		text.append("%n%s: %d seeds, %d probes, %d sessions ended%n".formatted(this.arm, this.reports.size(),
				this.reports.stream().mapToInt(IncidentReport::probes).sum(),
				this.reports.stream().mapToLong(IncidentReport::dropped).sum()));
		text.append("  seeds with a violation: %d%n".formatted(violated().size()));
		kinds().forEach((line) -> text.append("    ").append(line).append(System.lineSeparator()));
		if (this.arm == Arm.STARTGATE && !delays.isEmpty()) {
			text.append("  from settled to ready, of %d replicas: median %d ms, 95 %% %d ms, longest %d ms%n".formatted(
					delays.size(), delays.get(delays.size() / 2).toMillis(),
					delays.get(delays.size() * 95 / 100).toMillis(), delays.get(delays.size() - 1).toMillis()));
		}
		if (this.arm == Arm.SLEEP) {
			text.append(String.format(Locale.ROOT,
					"  the work was longer than the pause in %d seeds; in %d it was shorter, by %.1f s on average%n",
					this.reports.size() - wasted.size(), wasted.size(),
					wasted.stream().mapToLong(Duration::toMillis).average().orElse(0) / 1000));
		}
		System.out.println(text);
		Path directory = Files.createDirectories(Path.of(System.getProperty("basedir", "."), "target", "incident"));
		Files.writeString(directory.resolve(this.arm + ".txt"),
				text + violated().stream()
					.map((report) -> report.seed() + ": " + report.violations())
					.collect(Collectors.joining(System.lineSeparator())));
	}

	List<IncidentReport> violated() {
		return this.reports.stream().filter((report) -> !report.violations().isEmpty()).toList();
	}

	private List<String> kinds() {
		return this.reports.stream()
			.flatMap((report) -> report.violations()
				.stream()
				.map((violation) -> violation.replaceFirst("after settling: .*", "after settling"))
				.distinct())
			.collect(Collectors.groupingBy((violation) -> violation, Collectors.counting()))
			.entrySet()
			.stream()
			.sorted((one, other) -> Long.compare(other.getValue(), one.getValue()))
			.limit(8)
			.map((entry) -> entry.getValue() + " x " + entry.getKey())
			.toList();
	}

}
