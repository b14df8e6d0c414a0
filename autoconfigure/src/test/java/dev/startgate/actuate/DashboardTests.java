package dev.startgate.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import dev.startgate.testing.ExternalTool;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.TestApplication;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The dashboard and the alert rules ask for what a real start exports, and each rule
 * leads to a section of the documentation.
 */
class DashboardTests {

	/** The timeline shows the age, and the retries stand for their pauses. */
	private static final Set<String> LEFT_OUT = Set.of("startgate_state_age_seconds",
			"startgate_retries_pause_seconds_total");

	private static final Path DASHBOARD = Path.of("../docs/grafana/startgate-dashboard.json");

	private static final Path RULES = Path.of("../docs/prometheus/startgate.rules.yml");

	private static final Path TESTS_OF_RULES = Path.of("../docs/prometheus/startgate.tests.yml");

	private static final Pattern METER = Pattern.compile("(startgate_[a-z_]+)(?:\\{([^}]*)})?");

	private static final Pattern LABEL = Pattern.compile("(\\w+) *(?:=~|!~|!=|=)");

	private static final Pattern GROUPING = Pattern.compile("by \\(([\\w, ]+)\\)");

	/** The labels that Prometheus itself adds to each series. */
	private static final Set<String> TARGET = Set.of("job", "instance", "namespace");

	private static final Map<String, Set<String>> exported = new TreeMap<>();

	@BeforeAll
	static void start() {
		try (ConfigurableApplicationContext replica = TestApplication.start(PostgresDatabase.create(),
				"spring.flyway.locations=classpath:db/held", "startgate.metadata.sql[0].name=always",
				"startgate.metadata.sql[0].query=select true")) {
			for (Meter meter : replica.getBean(MeterRegistry.class).getMeters()) {
				prometheusNames(meter.getId()).forEach((name) -> meter.getId()
					.getTags()
					.stream()
					.map(Tag::getKey)
					.forEach(exported.computeIfAbsent(name, (added) -> new TreeSet<>())::add));
			}
		}
	}

	@Test
	void everyQueryOfTheDashboardIsAnswered() throws IOException {
		assertThat(queries()).hasSizeGreaterThan(10).allSatisfy(DashboardTests::assertIsAnswered);
	}

	@Test
	void everyAlertRuleIsAnswered() throws IOException {
		assertThat(rules("expr")).isNotEmpty().allSatisfy(DashboardTests::assertIsAnswered);
	}

	@Test
	void theRulesAndTheirTestsNameOnlyWhatIsExported() throws IOException {
		for (Path file : List.of(RULES, TESTS_OF_RULES)) {
			assertThat(METER.matcher(Files.readString(file)).results()).as(file.toString())
				.isNotEmpty()
				.allSatisfy((meter) -> assertThat(exported).containsKey(meter.group(1)));
		}
	}

	@Test
	void theDashboardShowsEachMeter() throws IOException {
		Set<String> shown = queries().stream()
			.flatMap((query) -> METER.matcher(query).results())
			.map((meter) -> meter.group(1).replaceAll("_(count|sum)$", ""))
			.collect(Collectors.toSet());
		assertThat(exported.keySet()).filteredOn((name) -> name.startsWith("startgate_"))
			.map((name) -> name.replaceAll("_(count|sum)$", ""))
			.filteredOn((name) -> !LEFT_OUT.contains(name))
			.isSubsetOf(shown);
	}

	@Test
	void everyAlertRuleLeadsToASection() throws IOException {
		List<String> links = rules("runbook_url").stream().map((link) -> link.replace("\"", "")).toList();
		assertThat(links).hasSameSizeAs(rules("alert")).allSatisfy((link) -> {
			String[] parts = link.split("#", 2);
			assertThat(Files.readString(Path.of("..", parts[0]))
				.lines()
				.filter((line) -> line.startsWith("#"))
				.map((line) -> line.replaceAll("^#+ ", "").toLowerCase().replaceAll("[^\\w -]", "").replace(' ', '-')))
				.contains(parts[1]);
		});
	}

	@Test
	void everyQueryIsValid(@TempDir Path directory) throws Exception {
		ExternalTool promtool = ExternalTool.find("promtool");
		List<String> queries = queries();
		Path rules = Files.writeString(directory.resolve("rules.yml"), IntStream.range(0, queries.size())
			.mapToObj((n) -> "      - record: dashboard:query%d\n        expr: '%s'\n".formatted(n, queries.get(n)))
			.collect(Collectors.joining("", "groups:\n  - name: dashboard\n    rules:\n", "")));
		promtool.run(PATIENCE, "check", "rules", rules.toString());
	}

	private static void assertIsAnswered(String query) {
		Set<String> known = new HashSet<>(TARGET);
		Matcher meter = METER.matcher(query);
		while (meter.find()) {
			assertThat(exported).containsKey(meter.group(1));
			Set<String> labels = exported.get(meter.group(1));
			known.addAll(labels);
			assertThat(LABEL.matcher((meter.group(2) != null) ? meter.group(2) : "").results())
				.map((label) -> label.group(1))
				.allSatisfy((label) -> assertThat(TARGET.contains(label) || labels.contains(label))
					.as("%s in %s", label, query)
					.isTrue());
		}
		assertThat(GROUPING.matcher(query).results().flatMap((by) -> Stream.of(by.group(1).split(", "))))
			.isSubsetOf(known);
	}

	/**
	 * Return the names that Micrometer's registry for Prometheus uses.
	 */
	private static Stream<String> prometheusNames(Meter.Id id) {
		String name = id.getName().replace('.', '_');
		String unit = ("seconds".equals(id.getBaseUnit()) || id.getType() == Meter.Type.TIMER) ? "_seconds" : "";
		return switch (id.getType()) {
			case COUNTER -> Stream.of(name + unit + "_total");
			case TIMER -> Stream.of(name + unit + "_count", name + unit + "_sum");
			default -> Stream.of(name + unit);
		};
	}

	private static List<String> queries() throws IOException {
		List<String> queries = JsonPath.parse(DASHBOARD.toFile()).read("$.panels[*].targets[*].expr");
		return queries;
	}

	private static List<String> rules(String key) throws IOException {
		return Pattern.compile("(?m)^[ -]*" + key + ": (.*)$")
			.matcher(Files.readString(RULES))
			.results()
			.map((line) -> line.group(1))
			.toList();
	}

}
