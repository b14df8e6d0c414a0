package dev.startgate.sample.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import dev.startgate.autoconfigure.Mode;
import dev.startgate.sample.SampleApplication;
import dev.startgate.sample.fleet.Manifests.Probe;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares the manifests that users are shown with the application that they deploy.
 */
class ManifestTests {

	private static final int DEFAULT_PORT = 8080;

	private static final Set<String> OF_THE_SAMPLE = Set.of("PARCELSCLOCKENABLED");

	/** The prefix of the variables of an image that others have built. */
	private static final String POSTGRES = "POSTGRES_";

	/** The value of {@code STARTGATE_EXIT_TIMEOUT} in the manifests, in seconds. */
	static final int LONGEST_MIGRATION = 30 * 60;

	private static final Map<String, Kind> KINDS = Map.of("Deployment", V1Deployment::fromJson, "Job", V1Job::fromJson,
			"Service", V1Service::fromJson, "PodDisruptionBudget", V1PodDisruptionBudget::fromJson);

	static List<Path> files() {
		return Manifests.files();
	}

	@ParameterizedTest
	@MethodSource("files")
	void everyVariableIsAProperty(Path file) throws IOException {
		Set<String> known = properties();
		assertThat(known).contains("STARTGATEMODE", "SPRINGDATASOURCEURL");
		for (Map<String, Object> environment : Manifests.environments(file)) {
			assertThat(environment.keySet()).filteredOn((name) -> !name.startsWith(POSTGRES))
				.allMatch((name) -> known.contains(name.replace("_", ""))
						|| OF_THE_SAMPLE.contains(name.replace("_", "")));
			Object mode = environment.getOrDefault("STARTGATE_MODE", "migrate");
			Binder binder = new Binder(ConfigurationPropertySources
				.from(new SystemEnvironmentPropertySource("systemEnvironment", Map.of("STARTGATE_MODE", mode))));
			assertThat(binder.bind("startgate.mode", Bindable.of(Mode.class)).isBound()).isTrue();
		}
	}

	@ParameterizedTest
	@MethodSource("files")
	void everyFieldIsOneOfKubernetes(Path file) throws IOException {
		for (Map<String, Object> resource : Manifests.resources(file)) {
			String kind = (String) resource.get("kind");
			assertThat(KINDS).containsKey(kind);
			assertThat(KINDS.get(kind).read(new JsonMapper().writeValueAsString(resource))).isNotNull();
		}
	}

	@ParameterizedTest
	@MethodSource("files")
	void everyPodIsAllowedUnderTheRestrictedStandard(Path file) throws IOException {
		for (Map<String, Object> resource : Manifests.resources(file)) {
			for (Map<String, Object> pod : Manifests.pods(resource)) {
				assertThat(pod.get("securityContext").toString()).contains("runAsNonRoot=true", "type=RuntimeDefault");
				assertThat(pod).containsEntry("automountServiceAccountToken", false);
				Stream.of("initContainers", "containers")
					.filter(pod::containsKey)
					.flatMap((containers) -> Manifests.items(pod.get(containers)).stream())
					.forEach((container) -> {
						assertThat(container.get("securityContext").toString())
							.contains("allowPrivilegeEscalation=false", "readOnlyRootFilesystem=true", "drop=[ALL]");
						assertThat(container.get("resources").toString()).contains("requests=", "limits={memory=");
					});
			}
		}
	}

	@ParameterizedTest
	@MethodSource("files")
	void whatRollsOutHasMoreTimeThanAMigration(Path file) throws IOException {
		for (Map<String, Object> resource : Manifests.resources(file)) {
			Map<String, Object> spec = Manifests.map(resource.getOrDefault("spec", Map.of()));
			if (resource.get("kind").equals("Deployment")) {
				assertThat((Integer) spec.get("progressDeadlineSeconds")).isGreaterThan(LONGEST_MIGRATION);
			}
			if (resource.get("kind").equals("Job")) {
				assertThat(spec).containsKeys("backoffLimit", "ttlSecondsAfterFinished")
					.doesNotContainKey("activeDeadlineSeconds");
			}
		}
	}

	@Test
	void theChartHasNoFaultAndTwoReleasesOfItShareNothing() throws IOException {
		LintResult result = new Helm(Manifests.CHART).lint().strict().call();
		assertThat(result.getMessages()).isEmpty();
		assertThat(result.isFailed()).isFalse();
		assertThat(names(Manifests.chart("blue", Manifests.REHEARSING))).hasSize(5)
			.doesNotContainAnyElementsOf(names(Manifests.chart("red", Manifests.REHEARSING)));
	}

	@Test
	void theChartRehearsesOnlyIfAskedToAndBeforeItMigrates() throws IOException {
		assertThat(names(Manifests.chart("blue", Map.of()))).hasSize(4).noneMatch((name) -> name.contains("rehearse"));
		Map<String, Map<String, Object>> environments = environments(Manifests.chart("parcels", Manifests.REHEARSING));
		assertThat(environments).containsOnlyKeys("parcels-migrate", "parcels-rehearse", "parcels-web");
		Map<String, Object> rehearsal = environments.get("parcels-rehearse");
		assertThat(rehearsal).containsEntry("STARTGATE_MODE", "rehearse");
		rehearsal.put("STARTGATE_MODE", "migrate-and-exit");
		assertThat(rehearsal).as("what it rehearses").isEqualTo(environments.get("parcels-migrate"));
		assertThat(Manifests.CHART.resolve("templates/rehearse.yaml")).content()
			.contains("    helm.sh/hook: pre-upgrade\n    helm.sh/hook-weight: \"-1\"\n", "  backoffLimit: 0\n");
		assertThat(Manifests.CHART.resolve("templates/migrate.yaml")).content().doesNotContain("hook-weight");
	}

	@Test
	void bothJobsMigrateAtAnAddressOfTheirOwnIfItIsSetAndThePodsServeAtTheOther() throws IOException {
		Map<String, Object> values = new LinkedHashMap<>(Manifests.REHEARSING);
		values.put("migration.url", "jdbc:postgresql://localhost:5432/parcels");
		assertThat(addresses(values)).containsExactlyInAnyOrderEntriesOf(
				Map.of("blue-parcels-migrate", "jdbc:postgresql://localhost:5432/parcels", "blue-parcels-rehearse",
						"jdbc:postgresql://localhost:5432/parcels", "blue-parcels-web",
						"jdbc:postgresql://postgres:5432/parcels"));
		values.put("rehearsal.url", "jdbc:postgresql://copy:5432/parcels");
		assertThat(addresses(values)).containsEntry("blue-parcels-migrate", "jdbc:postgresql://localhost:5432/parcels")
			.containsEntry("blue-parcels-rehearse", "jdbc:postgresql://copy:5432/parcels");
	}

	@Test
	void aVariableOfTheMigrationReplacesThatOfTheChartInBothJobs() throws IOException {
		Map<String, Object> values = new LinkedHashMap<>(Manifests.REHEARSING);
		values.put("migration.env.STARTGATE_ON_INTERRUPTED", "rerun");
		values.put("migration.env.SPRING_DATASOURCE_USERNAME", "another");
		values.put("migration.env.STARTGATE_MODE", "migrate-and-exit");
		Map<String, Map<String, Object>> environments = environments(Manifests.chart("blue", values));
		assertThat(List.of("blue-parcels-migrate", "blue-parcels-rehearse"))
			.allSatisfy((job) -> assertThat(environments.get(job)).containsEntry("STARTGATE_ON_INTERRUPTED", "rerun")
				.containsEntry("SPRING_DATASOURCE_USERNAME", "another"));
		assertThat(environments.get("blue-parcels-rehearse")).containsEntry("STARTGATE_MODE", "rehearse");
		assertThat(environments.get("blue-parcels-web")).doesNotContainKey("STARTGATE_ON_INTERRUPTED")
			.doesNotContainValue("another");
	}

	@Test
	void aSidecarOfTheJobsEndsWithThem() throws IOException {
		Map<String, Object> values = new LinkedHashMap<>(Manifests.REHEARSING);
		values.put("migration.sidecars[0].name", "proxy");
		values.put("migration.sidecars[0].image", "proxy:1");
		List<Map<String, Object>> sidecars = Manifests.resources(Manifests.chart("blue", values))
			.stream()
			.flatMap((resource) -> Manifests.pods(resource).stream())
			.filter((pod) -> pod.containsKey("initContainers"))
			.flatMap((pod) -> Manifests.items(pod.get("initContainers")).stream())
			.toList();
		assertThat(sidecars).hasSize(2)
			.allSatisfy((sidecar) -> assertThat(sidecar).containsEntry("restartPolicy", "Always")
				.containsEntry("image", "proxy:1"));
	}

	/** Helm allows names of this length. Jobs and Services allow ten characters more. */
	@Test
	void theLongestNameOfAReleaseFits() throws IOException {
		List<String> names = names(Manifests.chart("r".repeat(53), Manifests.REHEARSING));
		assertThat(names).hasSize(5).allMatch((name) -> name.length() <= "  name: ".length() + 63);
	}

	private static Map<String, Map<String, Object>> environments(String chart) {
		return Manifests.resources(chart)
			.stream()
			.filter((resource) -> !Manifests.environment(resource).isEmpty())
			.collect(Collectors.toMap((resource) -> Manifests.map(resource.get("metadata")).get("name").toString(),
					Manifests::environment));
	}

	private static Map<String, Object> addresses(Map<String, Object> values) throws IOException {
		return environments(Manifests.chart("blue", values)).entrySet()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, (one) -> one.getValue().get("SPRING_DATASOURCE_URL")));
	}

	@Test
	void theChartMigratesBeforeARollbackAndBringsBackOlderViewsOnlyIfAskedTo() throws IOException {
		assertThat(Manifests.CHART.resolve("templates/migrate.yaml")).content()
			.contains("    helm.sh/hook: pre-install,pre-upgrade,pre-rollback\n");
		Map<String, Object> values = new LinkedHashMap<>(Manifests.REHEARSING);
		assertThat(Manifests.chart("blue", values)).doesNotContain("_APPLYOLDER");
		values.put("migration.applyOlder", true);
		assertThat(Manifests.chart("blue", values).split("name: STARTGATE_(REPEATABLE|METADATA)_APPLYOLDER"))
			.as("both, in the rehearsal and the migration")
			.hasSize(5);
		assertThat(properties()).contains("STARTGATEREPEATABLEAPPLYOLDER", "STARTGATEMETADATAAPPLYOLDER");
	}

	private static List<String> names(String chart) {
		return chart.lines().filter((line) -> line.startsWith("  name: ")).toList();
	}

	@Test
	void everyProbeIsAnswered() throws IOException {
		Set<Probe> probes = Manifests.files().stream().flatMap(ManifestTests::probes).collect(Collectors.toSet());
		assertThat(probes).hasSizeGreaterThan(1).allMatch((probe) -> probe.port() == DEFAULT_PORT);
		try (EmbeddedPostgres server = EmbeddedPostgres.builder().setPGStartupWait(RoleProcess.PATIENCE).start();
				ConfigurableApplicationContext application = new SpringApplicationBuilder(SampleApplication.class)
					.web(WebApplicationType.SERVLET)
					.run("--server.port=0", "--spring.datasource.url=" + server.getJdbcUrl("postgres", "postgres"),
							"--spring.datasource.username=postgres", "--parcels.clock.enabled=false")) {
			int port = ((WebServerApplicationContext) application).getWebServer().getPort();
			RestTestClient http = RestTestClient.bindToServer().baseUrl("http://localhost:" + port).build();
			for (Probe probe : probes) {
				http.get().uri(probe.path()).exchange().expectStatus().isOk();
			}
			assertThat(application.containsBean("overdueJob")).as("this is no clock").isFalse();
		}
	}

	private static Stream<Probe> probes(Path file) {
		try {
			return Manifests.probes(file).stream();
		}
		catch (IOException ex) {
			throw new IllegalStateException(file.toString(), ex);
		}
	}

	/**
	 * Return all properties that libraries describe, as environment variables without
	 * underscores.
	 */
	private static Set<String> properties() throws IOException {
		return Collections
			.list(ManifestTests.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))
			.stream()
			.flatMap((url) -> properties(url).stream())
			.map((property) -> property.get("name").toString().replaceAll("[^A-Za-z0-9]", "").toUpperCase(Locale.ROOT))
			.collect(Collectors.toSet());
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> properties(URL url) {
		try (InputStream metadata = url.openStream()) {
			String json = new String(metadata.readAllBytes(), StandardCharsets.UTF_8);
			return (List<Map<String, Object>>) JsonParserFactory.getJsonParser()
				.parseMap(json)
				.getOrDefault("properties", List.of());
		}
		catch (IOException ex) {
			throw new IllegalStateException(url.toString(), ex);
		}
	}

	/**
	 * Reads a resource of one kind, and fails on a field that this kind does not have.
	 */
	private interface Kind {

		Object read(String json) throws IOException;

	}

}
