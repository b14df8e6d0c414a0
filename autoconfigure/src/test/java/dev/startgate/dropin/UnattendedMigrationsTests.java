package dev.startgate.dropin;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.startgate.MigrationCoordinator;
import dev.startgate.StartupGate;
import dev.startgate.actuate.GateHealthIndicator;
import dev.startgate.actuate.StartgateEndpoint;
import dev.startgate.autoconfigure.RefusedStartException;
import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.FailureAnalyses;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Startgate warns if there are migrations that nobody runs, or that run beside the lock.
 * It says nothing if that is on purpose.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnattendedMigrationsTests {

	@AutoClose
	private final Application application = new Application(true);

	@ParameterizedTest
	@EnumSource(names = { "WITHOUT_MODULE", "WITHOUT_FILES", "NEVER_MIGRATED", "IN_ITS_OWN_METHOD", "TOO_EARLY" })
	void warnsIfNobodyRunsTheMigrations(Reason reason, CapturedOutput output) {
		runner(reason).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
			assertThat(output.toString().lines().filter((line) -> line.contains(" WARN ") && line.contains(" d.s.")))
				.singleElement()
				.asString()
				.contains(reason.missing);
			assertShown(context, reason);
		});
		assertThat(this.application.tables()).hasSize(switch (reason) {
			case IN_ITS_OWN_METHOD, TOO_EARLY -> 2;
			case WITHOUT_FILES -> 1;
			default -> 0;
		});
	}

	private ApplicationContextRunner runner(Reason reason) {
		return exposed(reason.runner(this.application));
	}

	private static ApplicationContextRunner exposed(ApplicationContextRunner runner) {
		return runner.withPropertyValues("management.endpoints.web.exposure.include=startgate");
	}

	private static void assertShown(AssertableApplicationContext context, Reason reason) {
		Map<String, Object> health = context.getBean(GateHealthIndicator.class).health().getDetails();
		assertThat(health).containsEntry("migrations", reason.migrations);
		assertThat(health.get("missing")).asString().contains(reason.missing);
		assertThat(context.getBean(StartgateEndpoint.class).start()).satisfies((start) -> {
			assertThat(start.migrations()).isEqualTo(reason.migrations);
			assertThat(start.missing()).contains(reason.missing);
		});
	}

	@ParameterizedTest
	@EnumSource
	void failsAStartWhoseModeNeedsMigrations(Reason reason) {
		for (String mode : List.of("wait", "verify", "migrate-and-exit")) {
			runner(reason).withPropertyValues("startgate.mode=" + mode).run((context) -> {
				assertThat(context).hasFailed();
				assertThat(context.getStartupFailure()).hasRootCauseInstanceOf(RefusedStartException.class);
				FailureAnalysis analysis = FailureAnalyses.of(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains(reason.missing, "'startgate.mode=" + mode + "'");
				assertThat(analysis.getAction()).contains(reason.action);
			});
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SWITCHED_OFF", "EXCLUDED" })
	void saysNothingIfFlywayIsSwitchedOffOnPurpose(Reason reason, CapturedOutput output) {
		runner(reason).run((context) -> assertQuiet(context, output));
	}

	@ParameterizedTest
	@ValueSource(classes = { OnlyInjected.class, Called.class, SeveralDataSources.class })
	void saysNothingIfOthersMigrate(Class<?> configuration, CapturedOutput output) {
		runner(Reason.WITHOUT_MODULE).withUserConfiguration(configuration)
			.run((context) -> assertQuiet(context, output));
	}

	@ParameterizedTest
	@ValueSource(classes = { BesideOne.class, AnotherDataSource.class })
	void saysNothingIfOneOfSeveralMigrates(Class<?> configuration, CapturedOutput output) {
		exposed(this.application.with(configuration).runner()).run((context) -> assertQuiet(context, output));
	}

	@Test
	void saysNothingIfThereIsNothingToRun(CapturedOutput output) {
		runner(Reason.WITHOUT_MODULE)
			.withPropertyValues("spring.flyway.locations=" + this.application.location("nowhere"))
			.run((context) -> assertQuiet(context, output));
	}

	@Test
	void saysNothingIfThereAreOnlyCallbacks(CapturedOutput output) {
		this.application.file("callbacks/afterMigrate.sql", "select 1")
			.with("spring.flyway.locations=" + this.application.location("callbacks"));
		exposed(this.application.runner()).run((context) -> assertQuiet(context, output));
	}

	private static void assertQuiet(AssertableApplicationContext context, CapturedOutput output) {
		assertThat(context).hasNotFailed();
		assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
		assertThat(context.getBean(GateHealthIndicator.class).health().getDetails()).doesNotContainKey("migrations");
		assertThat(context.getBean(StartgateEndpoint.class).start().migrations()).isNull();
		assertThat(output.toString()).doesNotContain("Nobody runs");
	}

	@ParameterizedTest
	@ValueSource(strings = { "wait", "verify", "migrate-and-exit" })
	void refusesAModeWithoutStartgate(String mode) {
		try (Application plain = new Application(false)) {
			plain.with("startgate.mode=" + mode).runner().run((context) -> {
				assertThat(context.getStartupFailure()).hasRootCauseInstanceOf(RefusedStartException.class);
				assertThat(FailureAnalyses.of(context.getStartupFailure()).getAction())
					.contains("spring.flyway.enabled=false", "'" + mode + "'");
			});
			assertThat(plain.tables()).isEmpty();
			plain.with("spring.flyway.enabled=false").runner().run((context) -> assertThat(context).hasNotFailed());
		}
	}

	@Test
	void ignoresAModeWithoutStartgateWhereNothingMigrates() {
		try (Application plain = new Application(false)) {
			plain.with("startgate.mode=wait")
				.with(NeverMigrated.class)
				.runner()
				.run((context) -> assertThat(context).hasNotFailed());
		}
	}

	enum Reason {

		WITHOUT_MODULE("nobody runs them", "the module 'spring-boot-flyway'", "spring-boot-starter-flyway") {

			@Override
			ApplicationContextRunner runner(Application application) {
				return without(application).withClassLoader(new FilteredClassLoader(FlywayAutoConfiguration.class));
			}

		},

		SWITCHED_OFF("nobody runs them", "'spring.flyway.enabled' is 'false'", "startgate.mode") {

			@Override
			ApplicationContextRunner runner(Application application) {
				return application.with("spring.flyway.enabled=false").runner();
			}

		},

		EXCLUDED("nobody runs them", "excluded", "FlywayAutoConfiguration") {

			@Override
			ApplicationContextRunner runner(Application application) {
				return without(application)
					.withInitializer((context) -> ConditionEvaluationReport.get(context.getBeanFactory())
						.recordExclusions(List.of(FlywayAutoConfiguration.class.getName())));
			}

		},

		WITHOUT_FILES("nobody runs them", "because there are none in filesystem:", "spring.flyway.locations") {

			@Override
			ApplicationContextRunner runner(Application application) {
				return application.with("spring.flyway.locations=" + application.location("nowhere")).runner();
			}

		},

		NEVER_MIGRATED("nobody runs them", "nothing has called migrate() on the Flyway bean 'flyway'",
				"@Bean(initMethod = \"migrate\")") {

			@Override
			ApplicationContextRunner runner(Application application) {
				return application.with(NeverMigrated.class).runner();
			}

		},

		IN_ITS_OWN_METHOD("run beside the lock", "was run inside its own @Bean method",
				"@Bean(initMethod = \"migrate\")") {

			@Override
			ApplicationContextRunner runner(Application application) {
				return application.with(InItsOwnMethod.class).runner();
			}

		},

		TOO_EARLY("run beside the lock", "Startgate could not coordinate the Flyway bean 'flyway'", "PriorityOrdered") {

			@Override
			ApplicationContextRunner runner(Application application) {
				return application.with(TooEarly.class).runner();
			}

		},

		FINAL_CLASS("run beside the lock", "Startgate could not coordinate the Flyway bean 'flyway'", "Kotlin") {

			@Override
			ApplicationContextRunner runner(Application application) {
				return application.with(OfFinalClass.class).runner();
			}

		};

		private final String migrations;

		private final String missing;

		private final String action;

		Reason(String migrations, String missing, String action) {
			this.migrations = migrations;
			this.missing = missing;
			this.action = action;
		}

		abstract ApplicationContextRunner runner(Application application);

		/**
		 * Return a runner without Boot's own configuration of Flyway.
		 */
		private static ApplicationContextRunner without(Application application) {
			return application.runner(AutoConfigurations.of(Stream.of(BootAutoConfigurations.names())
				.filter((name) -> !name.startsWith("org.springframework.boot.flyway."))
				.map((name) -> ClassUtils.resolveClassName(name, null))
				.toArray(Class<?>[]::new)));
		}

	}

	static class NeverMigrated {

		@Bean
		Flyway flyway(DataSource dataSource, @Value("${spring.flyway.locations}") String location) {
			return Flyway.configure().dataSource(dataSource).locations(location).load();
		}

	}

	static class InItsOwnMethod {

		@Bean
		Flyway flyway(DataSource dataSource, @Value("${spring.flyway.locations}") String location) {
			Flyway flyway = Flyway.configure().dataSource(dataSource).locations(location).load();
			flyway.migrate();
			return flyway;
		}

	}

	static class TooEarly {

		@Bean(initMethod = "migrate")
		static Flyway flyway(Environment environment) {
			return Flyway.configure()
				.dataSource(environment.getProperty("spring.datasource.url"), "postgres", "")
				.locations(environment.getProperty("spring.flyway.locations"))
				.load();
		}

		@Bean
		static BeanFactoryPostProcessor registersTenants() {
			return (beans) -> beans.getBean(Flyway.class);
		}

	}

	static class OfFinalClass {

		@Bean(initMethod = "migrate")
		Flyway flyway(DataSource dataSource, @Value("${spring.flyway.locations}") String location) {
			return new FinalFlyway(Flyway.configure().dataSource(dataSource).locations(location));
		}

		private static final class FinalFlyway extends Flyway {

			private FinalFlyway(FluentConfiguration configuration) {
				super(configuration);
			}

		}

	}

	static class BesideOne extends NeverMigrated {

		@Bean(initMethod = "migrate")
		Flyway migrated(DataSource dataSource, @Value("${spring.flyway.locations}") String location) {
			return flyway(dataSource, location);
		}

	}

	static class OnlyInjected {

		@Bean
		Tenants tenants(MigrationCoordinator coordinator) {
			return new Tenants(coordinator);
		}

		record Tenants(MigrationCoordinator coordinator) {
		}

	}

	static class Called {

		@Bean
		Object tenant(ObjectProvider<MigrationCoordinator> coordinator, DataSource dataSource,
				@Value("${spring.flyway.locations}") String location) throws IOException {
			return coordinator.getObject()
				.migrate(Flyway.configure().dataSource(dataSource).locations(location).load());
		}

	}

	static class SeveralDataSources {

		@Bean
		DataSource first() {
			return new DriverManagerDataSource("jdbc:h2:mem:first");
		}

		@Bean
		DataSource second() {
			return new DriverManagerDataSource("jdbc:h2:mem:second");
		}

	}

	static class AnotherDataSource {

		@Bean(defaultCandidate = false)
		DataSource archive() {
			return new DriverManagerDataSource("jdbc:h2:mem:archive");
		}

	}

}
