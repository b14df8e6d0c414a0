package dev.startgate.dropin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import javax.sql.DataSource;

import dev.startgate.GateState;
import dev.startgate.MigrationCoordinator;
import dev.startgate.StartupGate;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.jdbc.core.JdbcTemplate;
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
							"startgateDataMigrationBeans", "startgateSwitchedOffMode");
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

	/**
	 * Spring Boot does not start if a health group names something that is not there.
	 */
	@Test
	void aHealthGroupMayNameIt() {
		try (Application application = new Application(false)) {
			application.with("management.endpoint.health.group.readiness.include=readinessState,startgate")
				.start((context) -> assertThat(
						context.getBean("startgateHealthIndicator", HealthIndicator.class).health())
					.extracting(Health::getStatus)
					.isEqualTo(Status.UP));
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

	/**
	 * Startgate has no part in such a failure, and its advice would be false.
	 */
	@ParameterizedTest
	@EnumSource
	void failureIsLeftToSpringBoot(Trouble trouble) {
		try (Application application = new Application(false)) {
			trouble.cause(application);
			List<FailureAnalyzer> analyzers = new ArrayList<>();
			application.with("startgate.timing=after-web-server")
				.runner()
				.withInitializer((context) -> analyzers.addAll(analyzers(context)))
				.run((context) -> {
					assertThat(context).hasFailed();
					assertThat(analyzers).isNotEmpty()
						.allSatisfy((analyzer) -> assertThat(analyzer.analyze(context.getStartupFailure()))
							.as(analyzer.getClass().getName())
							.isNull());
				});
		}
	}

	private static List<FailureAnalyzer> analyzers(ConfigurableApplicationContext context) {
		return SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class,
					ArgumentResolver.of(Environment.class, context.getEnvironment())
						.and(BeanFactory.class, context.getBeanFactory()))
			.stream()
			.filter((analyzer) -> analyzer.getClass().getName().startsWith("dev.startgate."))
			.toList();
	}

	enum Trouble {

		FAILED {

			@Override
			void cause(Application application) {
				application.file("sql/V3__fail.sql", "select * from nowhere");
			}

		},

		RECORDED_AS_FAILED {

			@Override
			void cause(Application application) {
				assertThat(application.start()).isEmpty();
				application.jdbc().update("update flyway_schema_history set success = false where version = '2'");
			}

		},

		CHANGED {

			@Override
			void cause(Application application) {
				assertThat(application.start()).isEmpty();
				application.file("sql/V2__add_weight.sql", "alter table parcel add weight bigint");
			}

		},

		MISSING {

			@Override
			void cause(Application application) {
				assertThat(application.start()).isEmpty();
				application.without("sql/V1__create_parcel.sql");
			}

		},

		WITHOUT_RIGHTS {

			@Override
			void cause(Application application) {
				application.jdbc().execute("create user " + name() + application.hashCode() + " password 'secret'");
				application.with("spring.flyway.user=" + name().toLowerCase(Locale.ROOT) + application.hashCode(),
						"spring.flyway.password=secret");
			}

		},

		UNREACHABLE {

			@Override
			void cause(Application application) {
				application.with("spring.datasource.url=jdbc:postgresql://localhost:1/nowhere",
						"spring.flyway.connect-retries=0");
			}

		},

		BEAN_WITHOUT_TABLE {

			@Override
			void cause(Application application) {
				application.with(Impatient.class);
			}

		};

		abstract void cause(Application application);

	}

	@Configuration(proxyBeanMethods = false)
	static class Impatient {

		@Bean
		InitializingBean warmUp(JdbcTemplate jdbc) {
			return () -> jdbc.queryForList("select * from nowhere");
		}

	}

}
