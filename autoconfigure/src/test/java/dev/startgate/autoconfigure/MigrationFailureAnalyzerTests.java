package dev.startgate.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.startgate.ChunkedMigration;
import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.PostgresDatabase;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

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

	@Test
	void ofATransactionThatPostgreSqlRolledBackNothingIsLeft() {
		runner().withPropertyValues("spring.flyway.locations=classpath:db/broken").run((context) -> {
			FailureAnalysis analysis = new MigrationFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis).isNotNull();
			assertThat(analysis.getAction()).contains("nothing of it is left").doesNotContain("repair", "rerun");
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

	static class V1__Nothing_there extends ChunkedMigration {

		@Override
		protected String statement() {
			return "delete from parcel where id in (select id from parcel limit :chunk)";
		}

	}

}
