package dev.startgate.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.startgate.testing.ExternalTool;
import dev.startgate.testing.FreePort;
import dev.startgate.testing.HeldMigration;
import dev.startgate.testing.Http;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.ReplicaProcess;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the alert rules on samples of real replicas. Each is a process with the default
 * timing, scraped on its management port: one that waits, also for a holder that is
 * frozen, one that is blocked, one without a database, and one that is open. The test
 * stretches time by repeating what it has seen.
 */
@Tag("long")
class AlertRulesTests {

	private static final Path RULES = Path.of("../docs/prometheus/startgate.rules.yml");

	private static final Pattern EXPRESSION = Pattern.compile("(?m)^ +expr: (.+)$");

	private static final Pattern SELECTOR = Pattern.compile("(startgate_[a-z_]+)(?:\\{(.+?)})?");

	private static final String AGE = "startgate_lease_age_seconds";

	private static final String RETRIES = "startgate_retries_total{cause=\"unreachable\"}";

	private final List<String> series = new ArrayList<>();

	@TempDir
	private Path directory;

	@Test
	void theyFireOnWhatRealStartsShow() throws Exception {
		Map<String, Double> waiting;
		Map<String, Double> frozen;
		Map<String, Double> open;
		PostgresDatabase database = PostgresDatabase.create();
		int port = FreePort.next();
		try (HeldMigration held = HeldMigration.in(database);
				ReplicaProcess holder = ReplicaProcess.start(this.directory, database,
						"spring.flyway.locations=classpath:db/held", "startgate.lock.lease=10m")) {
			held.awaitReached();
			try (ReplicaProcess two = start(database.properties(), port, "spring.flyway.locations=classpath:db/held",
					"startgate.lock.lease=10m")) {
				waiting = await(port, "startgate_state{state=\"waiting\"}", 1);
				holder.signal("STOP");
				long began = System.nanoTime();
				double age = waiting.get(AGE);
				frozen = await(port, AGE, age + 3);
				double seconds = (System.nanoTime() - began) / 1e9;
				assertThat(frozen.get(AGE) - age).isBetween(3.0, seconds + 2);
				holder.signal("CONT");
				held.close();
				open = await(port, "startgate_state{state=\"open\"}", 1);
				assertThat(two.isAlive()).isTrue();
			}
		}
		Map<String, Double> blocked;
		try (ReplicaProcess replica = start(PostgresDatabase.create().properties(), port,
				"spring.flyway.locations=classpath:db/broken", "startgate.on-failure=stay-down")) {
			blocked = await(port, "startgate_state{state=\"blocked\"}", 1);
			assertThat(replica.isAlive()).isTrue();
		}
		Map<String, Double> unreachable;
		double perMinute;
		try (ReplicaProcess replica = start(
				new String[] { "spring.datasource.url=jdbc:postgresql://localhost:" + FreePort.next() + "/none" }, port,
				"startgate.database.max-wait=10m")) {
			Map<String, Double> first = await(port, RETRIES, 1);
			long began = System.nanoTime();
			unreachable = await(port, RETRIES, first.get(RETRIES) + 3);
			perMinute = (unreachable.get(RETRIES) - first.get(RETRIES)) / ((System.nanoTime() - began) / 60e9);
			assertThat(replica.isAlive()).isTrue();
		}
		assertEachRuleHasSamples(List.of(waiting, blocked, unreachable), open);
		// the age that is seen with the usual lease, which is renewed more often
		waiting.put(AGE, 3.0);
		add("slow", waiting, (name, value) -> goesOn(value, 80));
		add("quick", waiting,
				(name, value) -> goesOn(value, 8) + " " + goesOn(open.getOrDefault(name, Double.NaN), 72));
		add("frozen", frozen, (name, value) -> name.equals(AGE) ? grows(value, 15) : goesOn(value, 80));
		add("blocked", blocked, (name, value) -> goesOn(value, 80));
		add("lost", unreachable,
				(name, value) -> name.equals(RETRIES) ? grows(value, perMinute / 4) : goesOn(value, 80));
		add("open", open, (name, value) -> goesOn(value, 80));
		Map<String, Double> later = new TreeMap<>();
		open.forEach((name, value) -> later.put(name.replace("version=\"2\"", "version=\"3\""), value));
		assertThat(later.keySet()).isNotEqualTo(open.keySet());
		add("newer", later, (name, value) -> goesOn(value, 80));
		ExternalTool promtool = ExternalTool.find("promtool");
		promtool.run(PATIENCE, "test", "rules", write().toString());
	}

	/**
	 * Each selector of a rule finds a sample. Four rules look at starts that go on, and
	 * the one on schema versions looks at a replica that is open.
	 */
	private static void assertEachRuleHasSamples(List<Map<String, Double>> starts, Map<String, Double> open)
			throws IOException {
		List<String> expressions = expressions();
		assertThat(expressions).hasSize(5);
		for (String expression : expressions) {
			assertThat(SELECTOR.matcher(expression).results().toList()).as(expression)
				.isNotEmpty()
				.allSatisfy((selector) -> assertThat(
						expression.contains("schema_version") ? Stream.of(open) : starts.stream())
					.as(selector.group())
					.anySatisfy((scrape) -> assertThat(scrape.keySet())
						.anyMatch((name) -> name.replaceFirst("\\{.*", "").equals(selector.group(1))
								&& (selector.group(2) == null || name.contains(selector.group(2))))));
		}
	}

	private static List<String> expressions() throws IOException {
		return EXPRESSION.matcher(Files.readString(RULES)).results().map((match) -> match.group(1)).toList();
	}

	private void add(String instance, Map<String, Double> scrape, Values values) {
		scrape.forEach((name, value) -> this.series
			.add("{ series: '%s', values: '%s' }".formatted((name.contains("{") ? name.replace("}", ", ") : name + "{")
					+ "job=\"app\", instance=\"" + instance + "\"}", values.of(name, value))));
	}

	private static String goesOn(double value, int times) {
		return Double.isNaN(value) ? "_x" + times : "%.3fx%d".formatted(value, times);
	}

	private static String grows(double value, double step) {
		return "%.3f+%.3fx80".formatted(value, step);
	}

	private interface Values {

		String of(String name, double value);

	}

	private Path write() throws IOException {
		return Files.writeString(this.directory.resolve("real.tests.yml"), """
				rule_files: [%s]
				evaluation_interval: 15s
				tests:
				  - interval: 15s
				    input_series:
				      - %s
				    promql_expr_test:
				      - expr: count by (alertname, instance) (ALERTS{alertstate="firing"})
				        eval_time: 6m
				        exp_samples:
				          - { labels: '{alertname="StartgateLeaseNotRenewed", instance="frozen"}', value: 1 }
				          - { labels: '{alertname="StartgateBlocked", instance="blocked"}', value: 1 }
				          - { labels: '{alertname="StartgateRetriesClimbing", instance="lost"}', value: 1 }
				      - expr: count by (alertname, instance) (ALERTS{alertstate="firing"})
				        eval_time: 18m
				        exp_samples:
				          - { labels: '{alertname="StartgateLeaseNotRenewed", instance="frozen"}', value: 1 }
				          - { labels: '{alertname="StartgateBlocked", instance="blocked"}', value: 1 }
				          - { labels: '{alertname="StartgateRetriesClimbing", instance="lost"}', value: 1 }
				          - { labels: '{alertname="StartgateNotOpen", instance="slow"}', value: 1 }
				          - { labels: '{alertname="StartgateNotOpen", instance="frozen"}', value: 1 }
				          - { labels: '{alertname="StartgateNotOpen", instance="blocked"}', value: 1 }
				          - { labels: '{alertname="StartgateNotOpen", instance="lost"}', value: 1 }
				          - { labels: '{alertname="StartgateSchemaVersionsDiffer"}', value: 1 }
				""".formatted(RULES.toRealPath(), String.join("\n      - ", this.series)));
	}

	private ReplicaProcess start(String[] database, int port, String... properties) throws IOException {
		List<String> all = new ArrayList<>(List.of(database));
		all.addAll(List.of("spring.main.web-application-type=servlet", "server.port=0",
				"management.server.port=" + port, "management.endpoints.web.exposure.include=prometheus",
				"management.endpoint.health.show-details=always"));
		all.addAll(List.of(properties));
		return ReplicaProcess.start(this.directory, TestApplication.class, all);
	}

	/**
	 * Scrape until a sample has reached a value.
	 */
	private static Map<String, Double> await(int port, String name, double atLeast) {
		return Awaitility.await()
			.ignoreExceptions()
			.until(() -> scrape(port), (samples) -> samples.getOrDefault(name, Double.NaN) >= atLeast);
	}

	private static Map<String, Double> scrape(int port) throws Exception {
		Map<String, Double> samples = new TreeMap<>();
		Http.get("http://localhost:" + port + "/actuator/prometheus")
			.body()
			.lines()
			.filter((line) -> line.startsWith("startgate_"))
			.forEach((line) -> samples.put(line.substring(0, line.lastIndexOf(' ')),
					Double.valueOf(line.substring(line.lastIndexOf(' ') + 1))));
		return samples;
	}

}
