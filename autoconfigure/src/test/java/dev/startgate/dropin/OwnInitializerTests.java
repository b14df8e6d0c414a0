package dev.startgate.dropin;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationInitializer;
import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Migration initializers that the application defines itself.
 */
class OwnInitializerTests {

	private final Application application = new Application(true);

	private final Replicas replicas = new Replicas();

	@AfterEach
	void close() {
		this.application.close();
	}

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
		assertThat(lockGeneration()).as("the second may not have seen the first, and find nothing left to do")
			.isBetween(1, 2);
	}

	@Test
	void aFlywayThatIsNoBeanNeedsNoLockIfThereIsNothingToDo() {
		this.application.with(NoBean.class).start();
		this.application.start();
		assertThat(lockGeneration()).isOne();
	}

	@Test
	void aFlywayThatIsNoBeanRunsUnderTheLockWithAStrategy() {
		this.replicas.startTogether(this.application.with(NoBeanWithStrategy.class).runner());
		assertThat(this.replicas.atTheSameTime()).isOne();
		assertThat(this.application.history()).hasSize(2);
	}

	private Integer lockGeneration() {
		return this.application.jdbc()
			.queryForObject("select generation from startgate_record where kind = 'fence'", Integer.class);
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
