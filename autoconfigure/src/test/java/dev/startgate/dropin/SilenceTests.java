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
import dev.startgate.autoconfigure.ModeSwitchedOffException;
import dev.startgate.autoconfigure.UnattendedMigrationsException;
import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.FailureAnalyses;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
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
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where there are migrations and nobody runs them, or not under the lock, that is said;
 * and where that is meant to be so, it is not.
 */
@ExtendWith(OutputCaptureExtension.class)
class SilenceTests {

	private final Application application = new Application(true);

	@AfterEach
	void close() {
		this.application.close();
	}

	@ParameterizedTest
	@EnumSource(names = { "WITHOUT_MODULE", "WITHOUT_FILES", "NEVER_MIGRATED", "IN_ITS_OWN_METHOD" })
	void isBroken(Silence silence, CapturedOutput output) {
		runner(silence).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
			assertThat(output.toString().lines().filter((line) -> line.contains(" WARN ") && line.contains(" d.s.")))
				.singleElement()
				.asString()
				.contains(silence.missing);
			assertShown(context, silence);
		});
	}

	private ApplicationContextRunner runner(Silence silence) {
		return exposed(silence.runner(this.application));
	}

	private static ApplicationContextRunner exposed(ApplicationContextRunner runner) {
		return runner.withPropertyValues("management.endpoints.web.exposure.include=startgate");
	}

	private static void assertShown(AssertableApplicationContext context, Silence silence) {
		Map<String, Object> health = context.getBean(GateHealthIndicator.class).health().getDetails();
		assertThat(health).containsEntry("migrations", silence.migrations);
		assertThat(health.get("missing")).asString().contains(silence.missing);
		assertThat(context.getBean(StartgateEndpoint.class).start()).satisfies((start) -> {
			assertThat(start.migrations()).isEqualTo(silence.migrations);
			assertThat(start.missing()).contains(silence.missing);
		});
	}

	@ParameterizedTest
	@EnumSource
	void failsAReplicaThatWouldWaitOrLookForNothing(Silence silence) {
		for (String mode : new String[] { "wait", "verify" }) {
			runner(silence).withPropertyValues("startgate.mode=" + mode).run((context) -> {
				assertThat(context).hasFailed();
				assertThat(context.getStartupFailure()).hasRootCauseInstanceOf(UnattendedMigrationsException.class);
				FailureAnalysis analysis = FailureAnalyses.of(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains(silence.missing, "'startgate.mode=" + mode + "'");
				assertThat(analysis.getAction()).contains(silence.action);
			});
		}
	}

	@ParameterizedTest
	@EnumSource
	void failsAReplicaThatIsThereToMigrateBeforeItEndsWell(Silence silence) {
		runner(silence).withPropertyValues("startgate.mode=migrate-and-exit")
			.run((context) -> assertThat(context.getStartupFailure())
				.hasRootCauseInstanceOf(UnattendedMigrationsException.class));
	}

	@ParameterizedTest
	@EnumSource(names = { "SWITCHED_OFF", "EXCLUDED" })
	void isKeptWhereFlywayIsSwitchedOffOnPurpose(Silence silence, CapturedOutput output) {
		runner(silence).run((context) -> assertQuiet(context, output));
	}

	@ParameterizedTest
	@ValueSource(classes = { OnlyInjected.class, Called.class, SeveralDataSources.class })
	void isKeptWhereOthersMigrate(Class<?> configuration, CapturedOutput output) {
		runner(Silence.WITHOUT_MODULE).withUserConfiguration(configuration)
			.run((context) -> assertQuiet(context, output));
	}

	@ParameterizedTest
	@ValueSource(classes = { BesideOne.class, AnotherDataSource.class })
	void isKeptWhereOneOfSeveralMigrates(Class<?> configuration, CapturedOutput output) {
		exposed(this.application.with(configuration).runner()).run((context) -> assertQuiet(context, output));
	}

	@Test
	void isKeptWhereThereIsNothingToRun(CapturedOutput output) {
		runner(Silence.WITHOUT_MODULE)
			.withPropertyValues("spring.flyway.locations=" + this.application.location("nowhere"))
			.run((context) -> assertQuiet(context, output));
	}

	@Test
	void isKeptWhereCallbacksAreAllThereIs(CapturedOutput output) {
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
	void modeIsNotIgnoredWithoutStartgate(String mode) {
		try (Application plain = new Application(false)) {
			plain.with("startgate.mode=" + mode).runner().run((context) -> {
				assertThat(context.getStartupFailure()).hasRootCauseInstanceOf(ModeSwitchedOffException.class);
				assertThat(FailureAnalyses.of(context.getStartupFailure()).getAction())
					.contains("spring.flyway.enabled=false", "'" + mode + "'");
			});
			assertThat(plain.tables()).isEmpty();
			plain.with("spring.flyway.enabled=false").runner().run((context) -> assertThat(context).hasNotFailed());
		}
	}

	@Test
	void modeIsIgnoredWithoutStartgateWhereNothingMigrates() {
		try (Application plain = new Application(false)) {
			plain.with("startgate.mode=wait")
				.with(NeverMigrated.class)
				.runner()
				.run((context) -> assertThat(context).hasNotFailed());
		}
	}

	enum Silence {

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

		};

		private final String migrations;

		private final String missing;

		private final String action;

		Silence(String migrations, String missing, String action) {
			this.migrations = migrations;
			this.missing = missing;
			this.action = action;
		}

		abstract ApplicationContextRunner runner(Application application);

		/**
		 * Without Boot's own configuration of Flyway.
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
