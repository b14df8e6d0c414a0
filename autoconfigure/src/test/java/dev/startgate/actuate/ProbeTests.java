package dev.startgate.actuate;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.startgate.SettleCondition;
import dev.startgate.Settlement;
import dev.startgate.testing.Http;
import dev.startgate.testing.WebModules;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What probes see while the gate is closed, and once it is open.
 */
@Tag("long")
class ProbeTests {

	private static final String GROUP = "management.endpoint.health.group.";

	static Stream<List<String>> groups() {
		return Stream.of(List.of(), List.of(GROUP + "readiness.include=readinessState"),
				List.of(GROUP + "readiness.include=ping"), List.of(GROUP + "readiness.exclude=startgate"),
				List.of(GROUP + "liveness.include=*", GROUP + "liveness.exclude=readinessState"),
				List.of(GROUP + "liveness.include=livenessState,startgate"));
	}

	@ParameterizedTest
	@MethodSource("groups")
	void readinessIsGatedAndLivenessIsNotWhateverTheGroups(List<String> groups) throws Exception {
		assertProbes(WebApplicationType.SERVLET, groups, "/actuator/health/readiness", "/actuator/health/liveness");
	}

	@Test
	void readinessIsGatedInAReactiveApplication() throws Exception {
		// without readinessState, which refuses traffic during the start by itself
		assertProbes(WebApplicationType.REACTIVE, List.of(GROUP + "readiness.include=ping"),
				"/actuator/health/readiness", "/actuator/health/liveness");
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void additionalPathsAreGatedToo(WebApplicationType type) throws Exception {
		assertProbes(
				type, List.of("management.endpoint.health.probes.add-additional-paths=true",
						GROUP + "readiness.include=ping", GROUP + "readiness.additional-path=server:/readyz"),
				"/readyz", "/livez");
	}

	/**
	 * The setting of {@code docs/reference/endpoint.md}. Without {@code include} every
	 * contributor would belong to a group that has settings.
	 */
	@Test
	void detailsOfReadinessAreShownWhereTheGroupSaysSo() throws Exception {
		Holding holding = new Holding();
		holding.settled.countDown();
		try (ConfigurableApplicationContext context = start(WebApplicationType.SERVLET,
				List.of(GROUP + "readiness.include=readinessState", GROUP + "readiness.show-details=always"),
				holding)) {
			String base = "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
			assertThat(Http.get(base + "/actuator/health/readiness").body())
				.contains("\"readinessState\"", "\"startgate\"", "\"state\":\"OPEN\"")
				.doesNotContain("\"diskSpace\"", "\"db\"");
		}
	}

	private void assertProbes(WebApplicationType type, List<String> properties, String readiness, String liveness)
			throws Exception {
		Holding holding = new Holding();
		CompletableFuture<ConfigurableApplicationContext> started = CompletableFuture
			.supplyAsync(() -> start(type, properties, holding));
		started.whenComplete((context, failure) -> holding.port.complete("0"));
		try {
			String base = "http://localhost:" + holding.port.get(120, TimeUnit.SECONDS);
			assertThat(Http.get(base + readiness).statusCode()).isEqualTo(503);
			assertThat(Http.get(base + liveness).statusCode()).isEqualTo(200);
			Awaitility.await().untilAsserted(() -> {
				HttpResponse<String> health = Http.get(base + "/actuator/health");
				assertThat(health.statusCode()).isEqualTo(503);
				assertThat(health.body()).contains("\"startgate\"", "\"state\":\"SETTLING\"", "\"replica\"",
						"the last shard");
			});
			holding.settled.countDown();
			ConfigurableApplicationContext context = started.get(120, TimeUnit.SECONDS);
			assertThat(Http.get(base + readiness).statusCode()).isEqualTo(200);
			assertThat(Http.get(base + liveness).statusCode()).isEqualTo(200);
			assertThat(Http.get(base + "/actuator/health").body()).contains("\"state\":\"OPEN\"");
			context.close();
		}
		finally {
			holding.settled.countDown();
		}
	}

	private ConfigurableApplicationContext start(WebApplicationType type, List<String> properties, Holding holding) {
		List<String> all = new ArrayList<>(properties);
		all.addAll(List.of("server.port=0", "management.endpoint.health.show-details=always",
				"spring.datasource.generate-unique-name=true", "spring.flyway.locations=classpath:db/jpa",
				"startgate.metadata.poll-interval=10ms"));
		return new SpringApplicationBuilder(Web.class).web(type)
			.initializers((context) -> context.getBeanFactory().registerSingleton("holding", holding))
			.run(all.stream().map((property) -> "--" + property).toArray(String[]::new));
	}

	private static final class Holding {

		private final CountDownLatch settled = new CountDownLatch(1);

		private final CompletableFuture<String> port = new CompletableFuture<>();

	}

	@Configuration(proxyBeanMethods = false)
	@Import(WebModules.class)
	static class Web {

		@Bean
		SettleCondition shards(Holding holding, Environment environment) {
			return new SettleCondition() {

				@Override
				public String name() {
					return "shards";
				}

				@Override
				public Settlement settled() {
					holding.port.complete(environment.getProperty("local.server.port"));
					return (holding.settled.getCount() == 0) ? Settlement.done() : Settlement.notYet("the last shard");
				}

			};
		}

	}

}
