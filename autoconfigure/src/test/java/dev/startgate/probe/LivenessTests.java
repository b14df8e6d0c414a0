package dev.startgate.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.startgate.testing.FreePort;
import dev.startgate.testing.HeldMigration;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.Started;
import dev.startgate.testing.TestApplication;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Liveness is up from the first answer on.
 */
@Tag("long")
class LivenessTests {

	private static final String LIVENESS = "/actuator/health/liveness";

	private final PostgresDatabase database = PostgresDatabase.create();

	@ParameterizedTest
	@CsvSource({ "SERVLET, before-beans, false, false", "SERVLET, before-beans, true, false",
			"SERVLET, before-beans, true, true", "SERVLET, after-web-server, false, false",
			"SERVLET, after-web-server, false, true", "REACTIVE, before-beans, false, false",
			"REACTIVE, before-beans, true, true", "REACTIVE, after-web-server, false, false" })
	void isTrueFromTheFirstAnswerOn(WebApplicationType type, String timing, boolean early, boolean ownPort)
			throws Exception {
		int main = FreePort.next();
		int management = ownPort ? FreePort.next() : main;
		try (Prober prober = Prober.start(management, LIVENESS)) {
			CompletableFuture<ConfigurableApplicationContext> started;
			try (HeldMigration held = HeldMigration.in(this.database)) {
				started = start(type, prober, "server.port=" + main, "management.server.port=" + management,
						"startgate.timing=" + timing, "startgate.probe.enabled=" + early);
				held.awaitReached();
				if (early) {
					prober.awaitAnswers(3);
				}
			}
			try (ConfigurableApplicationContext open = started.get(120, TimeUnit.SECONDS)) {
				// look before the end: a web server that stops may answer with anything
				assertThat(prober.statuses()).as("until the gate of '%s' is open", open.getId()).containsExactly(200);
			}
		}
	}

	private CompletableFuture<ConfigurableApplicationContext> start(WebApplicationType type, Prober prober,
			String... properties) {
		List<String> all = new ArrayList<>(List.of(this.database.properties()));
		all.addAll(List.of(properties));
		all.add("spring.flyway.locations=classpath:db/held");
		return CompletableFuture.supplyAsync(
				() -> new SpringApplicationBuilder(TestApplication.class, Slow.class).web(type)
					.initializers((context) -> context.getBeanFactory().registerSingleton("prober", prober))
					.run(all.stream().map((property) -> "--" + property).toArray(String[]::new)),
				(task) -> new Thread(task, "replica").start());
	}

	/**
	 * Makes short moments longer: once the servers of the application and of its
	 * management context have started, and once the gate is open.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Slow {

		@Bean
		SmartLifecycle afterWebServer(Prober prober) {
			return new Started(Integer.MAX_VALUE - 1400, () -> prober.awaitAnswers(3));
		}

		@Bean
		SmartLifecycle afterGate(Prober prober) {
			return new Started(Integer.MAX_VALUE, () -> prober.awaitAnswers(3));
		}

	}

}
