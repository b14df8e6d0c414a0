package dev.startgate.probe;

import java.time.Duration;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.startgate.GateSnapshot.Step;
import dev.startgate.GateState;
import dev.startgate.testing.FreePort;
import dev.startgate.testing.HeldMigration;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.StartingReplica;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Migrations that run once the web server answers, combined with other settings of an
 * application.
 */
class AfterWebServerSituationTests {

	private static final String LIVENESS = "/actuator/health/liveness";

	private static final String READINESS = "/actuator/health/readiness";

	/** A replica that missed its end would go on for ever. */
	private static final Duration AT_ONCE = Duration.ofSeconds(20);

	private final PostgresDatabase database = PostgresDatabase.create();

	private int port;

	@BeforeEach
	void port() {
		this.port = FreePort.next();
	}

	@Test
	void whoIsBlockedAnswersAndTellsWhatToDo() {
		try (StartingReplica replica = start("spring.flyway.locations=classpath:db/broken",
				"startgate.on-failure=stay-down", "management.endpoint.health.show-details=always",
				"management.endpoints.web.exposure.include=health,startgate")) {
			awaitState(GateState.BLOCKED, replica);
			assertThat(Answer.get(this.port, READINESS).status()).isEqualTo(503);
			assertThat(Answer.get(this.port, "/parcels").status()).isEqualTo(503);
			assertThat(Answer.get(this.port, "/actuator/health").body()).contains("Migration V2", "and start again");
			assertThat(Answer.get(this.port, "/actuator/startgate").body()).as("the page")
				.contains("BLOCKED", "Migration V2", "and start again", "ms, failed", "Starts when the gate is open",
						"after-web-server");
			assertEndsAtOnce(replica);
		}
	}

	@Test
	void whoWaitsEndsAtOnce() throws Exception {
		try (HeldMigration held = HeldMigration.in(this.database);
				StartingReplica holder = StartingReplica.of(this.database.properties(),
						"spring.flyway.locations=classpath:db/held", "startgate.replica-name=holder");
				StartingReplica replica = startAfter(held)) {
			awaitState(GateState.WAITING, replica);
			assertEndsAtOnce(replica);
			held.close();
			assertThat(holder.started()).succeedsWithin(PATIENCE);
		}
	}

	private StartingReplica startAfter(HeldMigration held) {
		held.awaitReached();
		return start("spring.flyway.locations=classpath:db/held");
	}

	@ParameterizedTest
	@ValueSource(classes = { Object.class, Strategy.class, Two.class })
	void theMigrationsRunWhenTheServerAnswersAlsoWithLazyInitialization(Class<?> configuration) {
		try (StartingReplica replica = start("spring.main.sources=" + configuration.getName(),
				"spring.flyway.locations=classpath:db/jpa", "spring.main.lazy-initialization=true")) {
			assertThat(replica.started()).succeedsWithin(PATIENCE);
			assertThat(Answer.get(this.port, READINESS).status()).isEqualTo(200);
			assertThat(this.database.history()).containsExactly("1");
			assertThat(replica.gate().snapshot().state()).isEqualTo(GateState.OPEN);
			assertThat(replica.gate().snapshot().steps()).extracting(Step::name).contains("migrate V1 create parcel");
			if (configuration == Two.class) {
				assertThat(this.database.jdbc()
					.queryForObject("select count(*) from second.flyway_schema_history", Long.class)).isEqualTo(2);
			}
		}
	}

	private StartingReplica start(String... properties) {
		return StartingReplica.of(WebApplicationType.SERVLET, this.database.properties(),
				Stream
					.concat(Stream.of("server.port=" + this.port, "startgate.timing=after-web-server"),
							Stream.of(properties))
					.toArray(String[]::new));
	}

	private void awaitState(GateState state, StartingReplica replica) {
		replica.awaitState(state);
		assertThat(Answer.get(this.port, LIVENESS).status()).isEqualTo(200);
	}

	private void assertEndsAtOnce(StartingReplica replica) {
		long began = System.nanoTime();
		replica.close();
		assertThat(replica.started()).failsWithin(AT_ONCE);
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
