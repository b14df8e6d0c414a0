package dev.startgate.sample.neighbours;

import dev.startgate.StartupGate;
import io.zonky.test.db.AutoConfigureEmbeddedDatabase;
import io.zonky.test.db.AutoConfigureEmbeddedDatabase.DatabaseProvider;
import io.zonky.test.db.AutoConfigureEmbeddedDatabase.DatabaseType;
import io.zonky.test.db.AutoConfigureEmbeddedDatabase.RefreshMode;
import org.junit.jupiter.api.RepeatedTest;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The library embedded-database-spring-test wraps the {@code DataSource} and
 * {@code Flyway} of this test. It gives the test a new database before each method.
 */
@SpringBootTest(classes = Modules.Application.class, properties = "modules=io.zonky")
@AutoConfigureEmbeddedDatabase(type = DatabaseType.POSTGRES, provider = DatabaseProvider.EMBEDDED,
		refresh = RefreshMode.BEFORE_EACH_TEST_METHOD)
class EmbeddedDatabaseTests {

	@RepeatedTest(2)
	void eachMethodHasTheSchema(@Autowired StartupGate gate, @Autowired JdbcTemplate jdbc) {
		assertThat(gate.isOpen()).isTrue();
		jdbc.update("insert into parcel values (2, 7)");
		assertThat(jdbc.queryForObject("select sum(weight) from parcel", Integer.class)).isEqualTo(12);
		assertThat(jdbc.queryForObject("select count(*) from flyway_schema_history", Integer.class)).isEqualTo(2);
	}

}
