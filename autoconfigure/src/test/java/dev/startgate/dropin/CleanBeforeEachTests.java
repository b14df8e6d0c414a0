package dev.startgate.dropin;

import dev.startgate.StartupGate;
import dev.startgate.testing.TestApplication;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of an application that clean and migrate the database before each test, with two
 * contexts on one database.
 */
@SpringBootTest(classes = TestApplication.class, webEnvironment = SpringBootTest.WebEnvironment.NONE,
		properties = { "spring.datasource.url=jdbc:h2:mem:cleaned;DB_CLOSE_DELAY=-1", "spring.datasource.username=sa",
				"spring.flyway.locations=classpath:db/jpa", "spring.flyway.clean-disabled=false" })
class CleanBeforeEachTests {

	@Autowired
	private Flyway flyway;

	@Autowired
	private JdbcTemplate jdbc;

	@Autowired
	private StartupGate gate;

	@BeforeEach
	void cleanAndMigrate() {
		this.flyway.clean();
		this.flyway.migrate();
	}

	@Test
	void theFirst() {
		useTheDatabase();
	}

	@Test
	void theSecond() {
		useTheDatabase();
	}

	private void useTheDatabase() {
		assertThat(this.gate.isOpen()).isTrue();
		this.jdbc.update("insert into parcel (id) values (1)");
	}

	@Nested
	@TestPropertySource(properties = "spring.application.name=another-context")
	class InAnotherContext {

		@Test
		void theThird() {
			useTheDatabase();
		}

	}

}
