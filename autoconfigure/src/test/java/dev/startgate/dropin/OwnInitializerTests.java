package dev.startgate.dropin;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationInitializer;
import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Migration initializers that the application defines itself.
 */
class OwnInitializerTests {

	@AutoClose
	private final Application application = new Application(true);

	private final Replicas replicas = new Replicas();

	@Test
	void aStrategyOfItsOwnRunsUnderTheLock() {
		this.replicas.startTogether(this.application.with(OwnStrategy.class).runner());
		assertThat(this.replicas.atTheSameTime()).isOne();
		assertThat(this.application.history()).hasSize(2);
	}

	@Test
	void aFlywayThatIsNoBeanIsMigratedUnderTheLock() {
		this.replicas.startTogether(this.application.with(NoBean.class).runner());
		assertThat(this.application.history()).hasSize(2);
		assertThat(this.application.generation())
			.as("the second may not have seen the first, and find nothing left to do")
			.isBetween(1L, 2L);
	}

	@Test
	void aFlywayThatIsNoBeanNeedsNoLockIfThereIsNothingToDo() {
		assertThat(this.application.with(NoBean.class).startTwice().generation()).isOne();
	}

	@Test
	void aFlywayThatIsNoBeanRunsUnderTheLockWithAStrategy() {
		this.replicas.startTogether(this.application.with(NoBeanWithStrategy.class).runner());
		assertThat(this.replicas.atTheSameTime()).isOne();
		assertThat(this.application.history()).hasSize(2);
	}

	static class OwnStrategy {

		@Bean
		FlywayMigrationInitializer initializer(Flyway flyway, Replicas replicas) {
			return new FlywayMigrationInitializer(flyway, (given) -> {
				replicas.doAlone();
				given.migrate();
			});
		}

	}

	static class NoBean {

		@Bean
		FlywayMigrationInitializer flywayInitializer(DataSource dataSource,
				@Value("${spring.flyway.locations}") String location) {
			return new FlywayMigrationInitializer(Flyway.configure().dataSource(dataSource).locations(location).load());
		}

	}

	static class NoBeanWithStrategy {

		@Bean
		FlywayMigrationInitializer flywayInitializer(DataSource dataSource,
				@Value("${spring.flyway.locations}") String location, Replicas replicas) {
			return new FlywayMigrationInitializer(Flyway.configure().dataSource(dataSource).locations(location).load(),
					(flyway) -> {
						replicas.doAlone();
						flyway.migrate();
					});
		}

	}

}
