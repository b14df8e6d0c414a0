package dev.startgate;

import dev.startgate.testing.MariaDbDatabase;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A fleet on the embedded MariaDB.
 */
class MariaDbFleetTests extends AbstractFleetTests {

	private final String url = MariaDbDatabase.create();

	MariaDbFleetTests() {
		super(6);
	}

	@Override
	String[] databaseProperties() {
		return new String[] { "spring.datasource.url=" + this.url, "spring.datasource.username=root" };
	}

	@Override
	JdbcTemplate jdbc() {
		return MariaDbDatabase.jdbc(this.url);
	}

	@Override
	String sleep() {
		return "select sleep(8)";
	}

}
