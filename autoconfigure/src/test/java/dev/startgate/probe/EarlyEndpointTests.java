package dev.startgate.probe;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.startgate.testing.FreePort;
import dev.startgate.testing.HeldMigration;
import dev.startgate.testing.Http;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.ReplicaProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.json.JsonParserFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the management port of a replica tells while the replica migrates or waits, and
 * has no beans yet. Each replica is a process.
 */
@Tag("long")
class EarlyEndpointTests {

	private static final String START = "/actuator/startgate";

	private static final String LIVENESS = "/actuator/health/liveness";

	private static final String BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

	private static final String PROMETHEUS = "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

	private static final String DETAILS = "management.endpoint.health.show-details=";

	private final PostgresDatabase database = PostgresDatabase.create();

	private final int one = FreePort.next();

	private final int two = FreePort.next();

	@TempDir
	private Path directory;

	@Test
	void aMigrationAndAWaitAreSeenWhileTheyHappen() throws Exception {
		try (HeldMigration held = HeldMigration.in(this.database);
				ReplicaProcess holder = start("one", this.one, DETAILS + "always")) {
			awaitState(this.one, START, "MIGRATING");
			held.awaitReached();
			try (ReplicaProcess waiting = start("two", this.two, DETAILS + "always",
					"management.endpoints.web.base-path=/ops", "management.endpoints.web.path-mapping.startgate=start",
					"management.metrics.tags.region=eu")) {
				awaitState(this.two, "/ops/start", "WAITING");
				assertThat(get(this.one, START, "*/*").body()).contains("\"current\":\"V2 ");
				HttpResponse<String> early = get(this.two, "/ops/start", "*/*");
				HttpResponse<String> page = get(this.two, "/ops/start", BROWSER);
				HttpResponse<String> scrape = get(this.two, "/ops/prometheus", PROMETHEUS);
				assertThat(page.body()).startsWith("<!DOCTYPE html>")
					.contains("http-equiv=\"refresh\"", "Waiting for replica &#39;one&#39;");
				assertThat(scrape.body()).contains("startgate_state{region=\"eu\",state=\"waiting\"} 1.0\n")
					.doesNotContain("jvm_");
				held.close();
				awaitState(this.two, "/ops/start", "OPEN");
				assertIsTheSameStart(early, get(this.two, "/ops/start", "*/*"));
				assertIsTheSamePage(page, get(this.two, "/ops/start", BROWSER));
				assertAreTheSameMetrics(scrape, get(this.two, "/ops/prometheus", PROMETHEUS));
				assertThat(waiting.log()).contains("Answering probes, 'prometheus', 'startgate' on port " + this.two
						+ " until the web server does");
			}
			assertThat(holder.isAlive()).isTrue();
		}
	}

	@SuppressWarnings("unchecked")
	private static void assertIsTheSameStart(HttpResponse<String> early, HttpResponse<String> late) {
		assertThat(type(early)).isEqualTo(type(late));
		Map<String, Object> before = json(early);
		Map<String, Object> after = json(late);
		assertThat(before).containsKey("progress");
		before.remove("progress");
		assertThat(after.keySet()).isEqualTo(before.keySet());
		for (String name : List.of("replica", "mode", "timing")) {
			assertThat(after.get(name)).as(name).isEqualTo(before.get(name));
		}
		Map<String, Object> holder = (Map<String, Object>) before.get("holder");
		assertThat((Map<String, Object>) after.get("holder")).containsOnlyKeys(holder.keySet())
			.containsEntry("replica", "one")
			.containsEntry("generation", holder.get("generation"));
		assertThat((List<Object>) after.get("states")).containsSequence((List<Object>) before.get("states"));
		assertThat((List<Map<String, Object>>) before.get("steps")).filteredOn((step) -> step.containsKey("took"))
			.isNotEmpty()
			.isSubsetOf((List<Map<String, Object>>) after.get("steps"));
		assertThat(((Map<String, Object>) after.get("counts")).keySet())
			.isEqualTo(((Map<String, Object>) before.get("counts")).keySet());
	}

	private static void assertIsTheSamePage(HttpResponse<String> early, HttpResponse<String> late) {
		assertThat(type(early)).isEqualToIgnoringCase(type(late));
		assertThat(late.body()).contains("The gate opened").doesNotContain("http-equiv=\"refresh\"");
		assertThat(early.body()).startsWith(late.body().substring(0, late.body().indexOf("<title>")));
	}

	private static void assertAreTheSameMetrics(HttpResponse<String> early, HttpResponse<String> late) {
		assertThat(type(early)).isEqualToIgnoringCase(type(late));
		assertThat(late.body()).contains("jvm_");
		Set<String> after = series(late);
		after.removeIf((line) -> line.contains("startgate_schema_version"));
		assertThat(series(early)).hasSizeGreaterThan(30).isEqualTo(after);
	}

	/**
	 * Only users who may see details get names and what others have said. Nobody is
	 * authenticated yet.
	 */
	@ParameterizedTest
	@CsvSource({ "never, 200", "when-authorized, 503" })
	void withoutDetailsNobodyIsNamed(String details, int status) throws Exception {
		try (HeldMigration held = HeldMigration.in(this.database);
				ReplicaProcess replica = start("one", this.one, DETAILS + details)) {
			Awaitility.await().ignoreExceptions().until(() -> get(this.one, LIVENESS, "*/*").statusCode() == 200);
			held.awaitReached();
			for (String accept : List.of("*/*", BROWSER)) {
				HttpResponse<String> told = get(this.one, START, accept);
				assertThat(told.statusCode()).isEqualTo(status);
				assertThat(told.body()).doesNotContain("one", "V2", "holder", "steps");
			}
			HttpResponse<String> scrape = get(this.one, "/actuator/prometheus", PROMETHEUS);
			assertThat(scrape.statusCode()).isEqualTo(status);
			assertThat(scrape.body().contains("startgate_state{state=\"migrating\"} 1.0\n")).isEqualTo(status == 200);
			held.close();
			awaitState(this.one, START, "OPEN");
			assertThat(replica.isAlive()).isTrue();
		}
	}

	/**
	 * An endpoint that is not on the web later is not there before, either.
	 */
	@Test
	void whatIsNotExposedIsNotAnswered() throws Exception {
		try (HeldMigration held = HeldMigration.in(this.database);
				ReplicaProcess replica = startWith("prometheus,startgate", "one", this.one, DETAILS + "always",
						"management.endpoint.startgate.access=none")) {
			Awaitility.await()
				.ignoreExceptions()
				.until(() -> get(this.one, "/actuator/prometheus", PROMETHEUS).statusCode() == 200);
			held.awaitReached();
			assertThat(get(this.one, START, "*/*").statusCode()).isEqualTo(503);
			assertThat(get(this.one, LIVENESS, "*/*").statusCode()).isEqualTo(503);
			held.close();
			replica.awaitLog("The gate is open");
			Awaitility.await().ignoreExceptions().until(() -> get(this.one, START, "*/*").statusCode() == 404);
		}
	}

	private ReplicaProcess start(String name, int port, String... properties) throws IOException {
		return startWith("health,startgate,prometheus", name, port, properties);
	}

	private ReplicaProcess startWith(String exposed, String name, int port, String... properties) throws IOException {
		return ReplicaProcess.start(this.directory, this.database,
				Stream.concat(Stream.of("startgate.replica-name=" + name, "spring.main.web-application-type=servlet",
						"spring.flyway.locations=classpath:db/held", "server.port=0", "management.server.port=" + port,
						"management.endpoints.web.exposure.include=" + exposed), Stream.of(properties))
					.toArray(String[]::new));
	}

	private static void awaitState(int port, String path, String state) {
		Awaitility.await()
			.ignoreExceptions()
			.until(() -> state.equals(json(get(port, path, "application/json")).get("state")));
	}

	private static HttpResponse<String> get(int port, String path, String accept) throws Exception {
		return Http.send(Http.request("http://localhost:" + port + path).header("Accept", accept));
	}

	private static Map<String, Object> json(HttpResponse<String> answer) {
		return JsonParserFactory.getJsonParser().parseMap(answer.body());
	}

	private static String type(HttpResponse<String> answer) {
		return answer.headers().firstValue("Content-Type").orElse("").replace(" ", "");
	}

	/**
	 * Return names and tags of Startgate's series, and the comments on each name.
	 */
	private static Set<String> series(HttpResponse<String> scrape) {
		return scrape.body()
			.lines()
			.filter((line) -> line.contains("startgate_"))
			.map((line) -> line.startsWith("#") ? line : line.substring(0, line.lastIndexOf(' ')))
			.collect(Collectors.toCollection(TreeSet::new));
	}

}
