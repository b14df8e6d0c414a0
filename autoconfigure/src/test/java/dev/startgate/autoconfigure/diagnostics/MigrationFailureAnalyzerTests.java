package dev.startgate.autoconfigure.diagnostics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import javax.sql.DataSource;

import dev.startgate.ChunkedMigration;
import dev.startgate.MigrationCoordinator;
import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.PostgresDatabase;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What is left of a migration that failed depends on its kind.
 */
class MigrationFailureAnalyzerTests {

	@Test
	void oneInChunksGoesOnWhereItWas() {
		runner().withPropertyValues("spring.flyway.locations=").withBean(V1__Nothing_there.class).run((context) -> {
			FailureAnalysis analysis = new MigrationFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis).isNotNull();
			assertThat(analysis.getDescription()).contains("Migration V1 'Nothing there'", "\"parcel\" does not exist");
			assertThat(analysis.getAction()).contains("those before are committed",
					"    delete from \"public\".\"flyway_schema_history\" where \"installed_rank\" = ",
					"it goes on where it was");
		});
	}

	@ParameterizedTest
	@CsvSource({ "53100, Free space on the disk", "53200, memory", "53300, connections" })
	void whatTheServerLacksIsNotLookedForInTheScript(String state, String remedy, @TempDir Path directory)
			throws IOException {
		Files.writeString(directory.resolve("V1__fill.sql"),
				"do $$ begin raise exception 'no' using errcode = '%s'; end $$".formatted(state));
		runner().withPropertyValues("spring.flyway.locations=filesystem:" + directory).run((context) -> {
			FailureAnalysis analysis = new MigrationFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis).isNotNull();
			assertThat(analysis.getAction()).contains(remedy).doesNotContain("Fix the script");
		});
	}

	@ParameterizedTest
	@CsvSource({ "first, V1__fill", "blue, V1__fill" })
	void whereThereAreSeveralFlywaysItIsNamed(String name, String file, @TempDir Path directory) throws IOException {
		Files.writeString(directory.resolve(file + ".sql"), "insert into nowhere values (1)");
		runner().withUserConfiguration("blue".equals(name) ? Tenant.class : TwoFlyways.class)
			.withPropertyValues("spring.flyway.locations=filesystem:" + directory)
			.run((context) -> {
				FailureAnalysis analysis = new MigrationFailureAnalyzer().analyze(context.getStartupFailure());
				assertThat(analysis).isNotNull();
				assertThat(analysis.getDescription())
					.startsWith("'" + name + "' migration V1 'fill' (" + file + ".sql, line 1) failed: ");
			});
	}

	@Test
	void failureOfAFlywayThatIsNotCoordinatedIsLeftToSpringBoot() {
		Flyway flyway = Flyway.configure()
			.dataSource(PostgresDatabase.create().dataSource())
			.locations("classpath:db/broken")
			.load();
		FlywayMigrateException failure = catchThrowableOfType(FlywayMigrateException.class, flyway::migrate);
		assertThat(new MigrationFailureAnalyzer().analyze(failure)).isNull();
	}

	private static ApplicationContextRunner runner() {
		return new ApplicationContextRunner().withConfiguration(BootAutoConfigurations.with())
			.withPropertyValues(PostgresDatabase.create().properties());
	}

	@Configuration(proxyBeanMethods = false)
	static class TwoFlyways {

		@Bean(initMethod = "migrate")
		Flyway first(DataSource dataSource, @Value("${spring.flyway.locations}") String location) {
			return Flyway.configure().dataSource(dataSource).locations(location).load();
		}

		@Bean(initMethod = "migrate")
		Flyway second(DataSource dataSource) {
			return Flyway.configure().dataSource(dataSource).schemas("second").load();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Tenant {

		@Bean
		MigrateResult migrated(MigrationCoordinator coordinator, DataSource dataSource,
				@Value("${spring.flyway.locations}") String location) {
			return coordinator
				.migrate(Flyway.configure().dataSource(dataSource).locations(location).schemas("blue").load());
		}

		@Bean
		Flyway flyway(DataSource dataSource) {
			return Flyway.configure().dataSource(dataSource).load();
		}

	}

	static class V1__Nothing_there extends ChunkedMigration {

		@Override
		protected String statement() {
			return "delete from parcel where id in (select id from parcel limit :chunk)";
		}

	}

}
