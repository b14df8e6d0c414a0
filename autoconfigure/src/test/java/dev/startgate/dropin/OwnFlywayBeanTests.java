package dev.startgate.dropin;

import javax.sql.DataSource;

import dev.startgate.MigrationsCompletedEvent;
import dev.startgate.MigrationsCompletedEvent.Migrated;
import dev.startgate.StartupGate;
import dev.startgate.testing.PostgresDatabase;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.output.MigrateResult;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Flyway beans that the application defines itself.
 */
class OwnFlywayBeanTests {

	private static final PostgresDatabase SECOND = PostgresDatabase.create();

	@AutoClose
	private final Application application = new Application(true);

	@Test
	void twoAreCoordinatedEachInItsOwnDatabase() {
		this.application.file("sql/V3__alone.sql", "select 1");
		Replicas replicas = new Replicas();
		replicas.startTogether(this.application.with(Two.class).runner());
		assertThat(this.application.history()).hasSize(3);
		assertThat(SECOND.history()).containsExactly("1", "2", "3");
		assertThat(SECOND.lockRows()).hasSize(1);
		assertThat(this.application.jdbc().queryForList("select name from startgate_lock")).hasSize(1);
		this.application
			.start((context) -> assertThat(context.getBean(Two.class).event.migrated()).extracting(Migrated::flyway)
				.containsExactlyInAnyOrder("first", "second"));
	}

	@Test
	void aSubclassKeepsItsTypeAndItsMethods() {
		this.application.with(Subclass.class).start((context) -> {
			assertThat(context.getBean(Subclass.User.class).flyway().migrations()).isOne();
			assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
		});
		assertThat(this.application.history()).hasSize(2);
		assertThat(this.application.jdbc().queryForList("select * from startgate_lock")).hasSize(1);
	}

	@Test
	void aMockStaysAMock() {
		this.application.with(Mocked.class).start((context) -> {
			assertThat(Mockito.mockingDetails(context.getBean(Flyway.class)).isMock()).isTrue();
			Mockito.verify(context.getBean(Flyway.class)).migrate();
			assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
		});
		assertThat(this.application.tables()).isEmpty();
	}

	static class Two {

		private MigrationsCompletedEvent event;

		@EventListener
		void completed(MigrationsCompletedEvent event) {
			this.event = event;
		}

		@Bean(initMethod = "migrate")
		Flyway first(DataSource dataSource, @Value("${spring.flyway.locations}") String location) {
			return Flyway.configure().dataSource(dataSource).locations(location).load();
		}

		@Bean(initMethod = "migrate")
		Flyway second(@Value("${spring.flyway.locations}") String location) {
			DataSource dataSource = new DriverManagerDataSource(SECOND.url(), "postgres", "");
			return Flyway.configure().dataSource(dataSource).locations(location).load();
		}

	}

	static class Subclass {

		@Bean(initMethod = "migrate")
		OwnFlyway flyway(DataSource dataSource, @Value("${spring.flyway.locations}") String location) {
			return new OwnFlyway(Flyway.configure().dataSource(dataSource).locations(location));
		}

		@Bean
		User user(OwnFlyway flyway) {
			return new User(flyway);
		}

		record User(OwnFlyway flyway) {
		}

	}

	static class OwnFlyway extends Flyway {

		private int migrations;

		OwnFlyway(Configuration configuration) {
			super(configuration);
		}

		@Override
		public MigrateResult migrate() {
			this.migrations++;
			return super.migrate();
		}

		int migrations() {
			return this.migrations;
		}

	}

	static class Mocked {

		@Bean(initMethod = "migrate")
		Flyway flyway() {
			return Mockito.mock(Flyway.class);
		}

	}

}
