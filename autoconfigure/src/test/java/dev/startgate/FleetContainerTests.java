package dev.startgate;

import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.postgresql.PostgreSQLContainer;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Two replicas on a PostgreSQL in a container, where there is a container engine.
 */
@Testcontainers(disabledWithoutDocker = true)
class FleetContainerTests extends AbstractFleetTests {

	@Container
	private static final PostgreSQLContainer POSTGRES = new PostgreSQLContainer("postgres:17-alpine");

	FleetContainerTests() {
		super(2);
	}

	@Override
	String[] databaseProperties() {
		return new String[] { "spring.datasource.url=" + POSTGRES.getJdbcUrl(),
				"spring.datasource.username=" + POSTGRES.getUsername(),
				"spring.datasource.password=" + POSTGRES.getPassword() };
	}

	@Override
	JdbcTemplate jdbc() {
		return new JdbcTemplate(
				new DriverManagerDataSource(POSTGRES.getJdbcUrl(), POSTGRES.getUsername(), POSTGRES.getPassword()));
	}

	@Override
	String sleep() {
		return "select pg_sleep(8)";
	}

}
