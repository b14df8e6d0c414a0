package dev.startgate;

import dev.startgate.testing.PostgresDatabase;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A fleet on the embedded PostgreSQL.
 */
class FleetTests extends AbstractFleetTests {

	private final PostgresDatabase database = PostgresDatabase.create();

	FleetTests() {
		super(6);
	}

	@Override
	String[] databaseProperties() {
		return this.database.properties();
	}

	@Override
	JdbcTemplate jdbc() {
		return this.database.jdbc();
	}

	@Override
	String sleep() {
		return "select pg_sleep(8)";
	}

}
