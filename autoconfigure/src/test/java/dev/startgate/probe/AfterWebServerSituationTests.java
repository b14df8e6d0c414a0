package dev.startgate.probe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import dev.startgate.GateSnapshot;
import dev.startgate.GateSnapshot.Step;
import dev.startgate.GateState;
import dev.startgate.StartupGate;
import dev.startgate.testing.FreePort;
import dev.startgate.testing.HeldMigration;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Migrations that run once the web server answers, together with what else an application
 * may have set.
 */
class AfterWebServerSituationTests {

	private static final String LIVENESS = "/actuator/health/liveness";

	private static final String READINESS = "/actuator/health/readiness";

	/** It would be for ever otherwise. */
	private static final Duration AT_ONCE = Duration.ofSeconds(20);

	private final PostgresDatabase database = PostgresDatabase.create();

	private int port;

	private volatile ConfigurableApplicationContext context;

	@BeforeEach
	void port() throws Exception {
		this.port = FreePort.next();
	}

	@AfterEach
	void close() {
		if (this.context != null) {
			this.context.close();
		}
	}

	@Test
	void whoIsBlockedAnswersAndTellsWhatToDo() throws Exception {
		CompletableFuture<Void> start = start("spring.flyway.locations=classpath:db/broken",
				"startgate.on-failure=stay-down", "management.endpoint.health.show-details=always",
				"management.endpoints.web.exposure.include=health,startgate");
		awaitState(GateState.BLOCKED, start);
		assertThat(Answer.get(this.port, LIVENESS).status()).isEqualTo(200);
		assertThat(Answer.get(this.port, READINESS).status()).isEqualTo(503);
		assertThat(Answer.get(this.port, "/parcels").status()).isEqualTo(503);
		assertThat(Answer.get(this.port, "/actuator/health").body()).contains("Migration V2", "and start again");
		assertThat(Answer.get(this.port, "/actuator/startgate").body()).as("the page")
			.contains("BLOCKED", "Migration V2", "and start again", "ms, failed", "Starts when the gate is open",
					"after-web-server");
		assertEndsAtOnce(start);
	}

	@Test
	void whoWaitsEndsAtOnce() throws Exception {
		CompletableFuture<Void> holder;
		try (HeldMigration held = HeldMigration.in(this.database)) {
			holder = startHolder();
			held.awaitReached();
			CompletableFuture<Void> start = start("spring.flyway.locations=classpath:db/held");
			awaitState(GateState.WAITING, start);
			assertThat(Answer.get(this.port, LIVENESS).status()).isEqualTo(200);
			assertEndsAtOnce(start);
		}
		holder.get(120, TimeUnit.SECONDS);
	}

	@ParameterizedTest
	@ValueSource(classes = { Object.class, Strategy.class, Two.class })
	void theMigrationsRunWhenTheServerAnswersAlsoWithLazyInitialization(Class<?> configuration) throws Exception {
		CompletableFuture<Void> start = start(configuration, "spring.flyway.locations=classpath:db/jpa",
				"spring.main.lazy-initialization=true");
		start.get(120, TimeUnit.SECONDS);
		assertThat(Answer.get(this.port, READINESS).status()).isEqualTo(200);
		assertThat(this.database.history()).containsExactly("1");
		assertThat(snapshot().state()).isEqualTo(GateState.OPEN);
		assertThat(snapshot().steps()).extracting(Step::name).contains("migrate V1 create parcel");
		if (configuration == Two.class) {
			assertThat(this.database.jdbc()
				.queryForObject("select count(*) from second.flyway_schema_history", Long.class)).isEqualTo(2);
		}
	}

	private CompletableFuture<Void> startHolder() {
		return CompletableFuture.runAsync(() -> TestApplication
			.start(this.database, "spring.flyway.locations=classpath:db/held", "startgate.replica-name=holder")
			.close(), (task) -> new Thread(task, "holder").start());
	}

	private CompletableFuture<Void> start(String... properties) {
		return start(Object.class, properties);
	}

	private CompletableFuture<Void> start(Class<?> configuration, String... properties) {
		List<String> all = new ArrayList<>(Arrays.asList(this.database.properties()));
		all.addAll(List.of(properties));
		all.addAll(List.of("server.port=" + this.port, "startgate.timing=after-web-server"));
		return CompletableFuture.runAsync(
				() -> new SpringApplicationBuilder(TestApplication.class, configuration).web(WebApplicationType.SERVLET)
					.initializers((created) -> this.context = created)
					.run(all.stream().map((property) -> "--" + property).toArray(String[]::new)),
				(task) -> new Thread(task, "replica").start());
	}

	private void awaitState(GateState state, CompletableFuture<Void> start) {
		Awaitility.await()
			.failFast("ended", start::isDone)
			.until(() -> Answer.get(this.port, LIVENESS).status() == 200 && snapshot().state() == state);
	}

	private GateSnapshot snapshot() {
		return this.context.getBean(StartupGate.class).snapshot();
	}

	private void assertEndsAtOnce(CompletableFuture<Void> start) {
		long began = System.nanoTime();
		this.context.close();
		assertThat(start).failsWithin(AT_ONCE);
		assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_ONCE);
		assertThat(Answer.get(this.port, LIVENESS).status()).isEqualTo(Answer.NONE);
	}

	@Configuration(proxyBeanMethods = false)
	static class Strategy {

		@Bean
		FlywayMigrationStrategy strategy() {
			return Flyway::migrate;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Two {

		@Bean(initMethod = "migrate")
		Flyway first(DataSource dataSource) {
			return Flyway.configure().dataSource(dataSource).locations("classpath:db/jpa").load();
		}

		@Bean(initMethod = "migrate")
		Flyway second(DataSource dataSource) {
			return Flyway.configure().dataSource(dataSource).locations("classpath:db/jpa").schemas("second").load();
		}

	}

}
