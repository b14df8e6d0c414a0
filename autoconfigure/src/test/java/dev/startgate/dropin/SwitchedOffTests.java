package dev.startgate.dropin;

import javax.sql.DataSource;

import dev.startgate.GateState;
import dev.startgate.MigrationCoordinator;
import dev.startgate.StartupGate;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications that switch off Startgate, or Flyway, or have no database.
 */
class SwitchedOffTests {

	private static final String STARTGATE_OFF = "startgate.enabled=false";

	@Test
	void onlyAnOpenGateAPassThroughCoordinatorAndWhatLeavesOutDataMigrationsRemain() {
		try (Application application = new Application(false)) {
			application.start((context) -> {
				assertThat(context.getBeanDefinitionNames())
					.filteredOn((name) -> name.startsWith("startgate")
							|| context.getBean(name).getClass().getName().startsWith("dev.startgate"))
					.filteredOn((name) -> !name.contains("AutoConfiguration"))
					.containsExactlyInAnyOrder("startgateGate", "startgateMigrationCoordinator",
							"startgateDataMigrationBeans");
				assertThat(context.getBean(StartupGate.class).snapshot().state()).isEqualTo(GateState.OPEN);
				assertThat(context.getBean(Flyway.class).getClass()).isEqualTo(Flyway.class);
				Flyway other = Flyway.configure()
					.configuration(context.getBean(Flyway.class).getConfiguration())
					.schemas("other")
					.load();
				assertThat(context.getBean(MigrationCoordinator.class).migrate(other).migrationsExecuted).isEqualTo(2);
			});
			assertThat(application.jdbc().queryForList("select 1 from pg_tables where tablename like 'startgate%'"))
				.isEmpty();
		}
	}

	@Test
	void withoutFlywayTheGateOpens() {
		try (Application application = new Application(true)) {
			application.with("spring.flyway.enabled=false").start((context) -> {
				assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
				assertThat(context).doesNotHaveBean(Flyway.class);
			});
			assertThat(application.tables()).isEmpty();
			assertThat(application.jdbc().queryForList("select 1 from pg_tables where tablename like 'startgate%'"))
				.isEmpty();
		}
	}

	@Test
	void withoutADataSourceTheGateOpens() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(
					ClassUtils.resolveClassName("dev.startgate.autoconfigure.StartgateAutoConfiguration", null),
					ClassUtils.resolveClassName("dev.startgate.autoconfigure.StartgateFlywayAutoConfiguration", null)))
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean(DataSource.class);
				assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
			});
	}

	@Test
	void withoutADataSourceTheGateIsThereIfSwitchedOff() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ClassUtils
				.resolveClassName("dev.startgate.autoconfigure.StartgateDisabledAutoConfiguration", null)))
			.withPropertyValues(STARTGATE_OFF)
			.run((context) -> assertThat(context.getBean(StartupGate.class).isOpen()).isTrue());
	}

}
