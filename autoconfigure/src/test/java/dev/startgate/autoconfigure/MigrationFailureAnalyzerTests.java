package dev.startgate.autoconfigure;

import dev.startgate.ChunkedMigration;
import dev.startgate.testing.PostgresDatabase;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What is left of a migration that failed depends on its kind.
 */
class MigrationFailureAnalyzerTests {

	@Test
	void oneInChunksGoesOnWhereItWas() {
		Flyway flyway = Flyway.configure()
			.dataSource(PostgresDatabase.create().dataSource())
			.locations(new String[0])
			.javaMigrations(new V1__Nothing_there())
			.load();
		FlywayMigrateException failure = catchThrowableOfType(FlywayMigrateException.class, flyway::migrate);
		FailureAnalysis analysis = new MigrationFailureAnalyzer().analyze(failure, failure);
		assertThat(analysis.getDescription()).contains("Migration V1 'Nothing there'", "\"parcel\" does not exist");
		assertThat(analysis.getAction()).contains("those before are committed", "'flyway repair'",
				"it goes on where it was");
	}

	@Test
	void ofATransactionThatPostgreSqlRolledBackNothingIsLeft() {
		Flyway flyway = Flyway.configure()
			.dataSource(PostgresDatabase.create().dataSource())
			.locations("classpath:db/broken")
			.load();
		FlywayMigrateException failure = catchThrowableOfType(FlywayMigrateException.class, flyway::migrate);
		assertThat(new MigrationFailureAnalyzer().analyze(failure, failure).getAction())
			.contains("nothing of it is left")
			.doesNotContain("repair", "rerun");
	}

	static class V1__Nothing_there extends ChunkedMigration {

		@Override
		protected String statement() {
			return "delete from parcel where id in (select id from parcel limit :chunk)";
		}

	}

}
