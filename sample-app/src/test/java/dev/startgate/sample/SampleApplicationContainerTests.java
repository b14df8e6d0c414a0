package dev.startgate.sample;

import java.time.Duration;

import dev.startgate.StartupGate;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.EnabledIfDockerAvailable;
import org.testcontainers.postgresql.PostgreSQLContainer;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests the application with a PostgreSQL in a container, as a test of your own
 * application may begin. Only its assertions are about Startgate. Without a container
 * engine it is skipped: see {@link SampleApplicationTests}.
 */
@SpringBootTest
@EnabledIfDockerAvailable
class SampleApplicationContainerTests {

	@Autowired
	private StartupGate gate;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private PostcodeDirectory postcodes;

	@Test
	void theSchemaIsMigratedAndTheGateIsOpen() throws InterruptedException {
		assertThat(this.gate.awaitOpen(Duration.ofMinutes(1))).isTrue();
		assertThat(this.jdbc.sql("""
				select version from flyway_schema_history where success and version is not null
				order by installed_rank desc limit 1
				""").query(String.class).single()).isEqualTo("8");
	}

	@Test
	void whatMustSettleBeforeTheGateOpensHasSettled() {
		assertThat(this.postcodes.depotOf("19999")).hasValue("WES");
	}

	/**
	 * The database is a bean, so that the application stops before it does.
	 */
	@TestConfiguration(proxyBeanMethods = false)
	static class Database {

		@Bean
		@ServiceConnection
		PostgreSQLContainer postgres() {
			return new PostgreSQLContainer("postgres:17-alpine");
		}

	}

}
