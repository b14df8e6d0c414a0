package dev.startgate.sample.neighbours;

import javax.sql.DataSource;

import dev.startgate.StartupGate;
import io.r2dbc.spi.ConnectionFactory;
import org.junit.jupiter.api.Test;

import org.springframework.r2dbc.core.DatabaseClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application with R2DBC, for which Spring Boot makes no {@code DataSource}.
 */
class ReactiveTests {

	private final Database database = new Database();

	@Test
	void isMigratedWithTheUrlOfFlyway() {
		Modules.runner("org.springframework.boot.r2dbc")
			.withPropertyValues("spring.r2dbc.url=" + this.database.url().replace("jdbc:", "r2dbc:"),
					"spring.r2dbc.username=postgres", "spring.flyway.url=" + this.database.url(),
					"spring.flyway.user=postgres")
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean(DataSource.class);
				assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
				assertThat(DatabaseClient.create(context.getBean(ConnectionFactory.class))
					.sql("select weight from parcel")
					.mapValue(Integer.class)
					.one()
					.block()).isEqualTo(5);
			});
		assertThat(this.database.jdbc()
			.queryForObject("select generation from startgate_record where kind = 'fence'", Integer.class))
			.isEqualTo(1);
	}

}
