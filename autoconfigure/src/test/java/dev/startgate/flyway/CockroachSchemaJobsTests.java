package dev.startgate.flyway;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

import dev.startgate.MigrationCoordinator;
import dev.startgate.StartupGate;
import dev.startgate.testing.InterceptedDataSource;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A PostgreSQL that pretends to be CockroachDB, with a table of jobs that a test fills.
 */
class CockroachSchemaJobsTests {

	private static final String JOB = "insert into stub.jobs values ('NEW SCHEMA CHANGE', 'running', 'ADD COLUMN');\n";

	private final PostgresDatabase database = PostgresDatabase.create();

	@Test
	void eachMigrationWaitsForTheJobsOfTheOneBefore(@TempDir Path migrations) throws Exception {
		this.database.jdbc().execute("create schema stub");
		this.database.jdbc().execute("create table stub.jobs (job_type text, status text, description text)");
		this.database.jdbc().execute(JOB);
		this.database.jdbc().execute("insert into stub.jobs values ('BACKUP', 'running', 'of no interest')");
		Files.writeString(migrations.resolve("V1__first.sql"), "create table one (id int);\n" + JOB);
		Files.writeString(migrations.resolve("V2__second.sql"), "create table two (id int);\n");
		try (ConfigurableApplicationContext application = TestApplication.start(this.database,
				"spring.flyway.enabled=false")) {
			Flyway flyway = Flyway.configure()
				.dataSource(
						new InterceptedDataSource(this.database.url(), "postgres", CockroachSchemaJobsTests::pretend))
				.locations("filesystem:" + migrations)
				.schemas("parcels")
				.load();
			CompletableFuture<MigrateResult> migrated = CompletableFuture
				.supplyAsync(() -> application.getBean(MigrationCoordinator.class).migrate(flyway));
			awaitJob(application, migrated);
			assertThat(isThere("one")).as("before the job that was left has ended").isFalse();
			end();
			Awaitility.await().until(() -> isThere("one"));
			awaitJob(application, migrated);
			assertThat(isThere("two")).as("before the job of the first one has ended").isFalse();
			end();
			assertThat(migrated).succeedsWithin(PATIENCE).matches((result) -> result.success);
			assertThat(isThere("two")).isTrue();
		}
	}

	private static void awaitJob(ConfigurableApplicationContext application, CompletableFuture<?> migrated) {
		Awaitility.await()
			.failFast("ended", migrated::isDone)
			.until(() -> application.getBean(StartupGate.class)
				.snapshot()
				.unsettled()
				.stream()
				.anyMatch((one) -> one.answer().equals("ADD COLUMN")));
	}

	private void end() {
		this.database.jdbc().execute("update stub.jobs set status = 'succeeded' where job_type = 'NEW SCHEMA CHANGE'");
	}

	private boolean isThere(String table) {
		return this.database.jdbc()
			.queryForObject("select to_regclass('parcels." + table + "') is not null", Boolean.class);
	}

	private static void pretend(int connection, String method, Object... arguments) {
		if (method.equals("executeQuery") && arguments.length > 0) {
			arguments[0] = ((String) arguments[0])
				.replaceAll("^select version\\(\\)$", "select 'CockroachDB CCL v25.2.1'")
				.replace("[show jobs]", "stub.jobs");
		}
	}

}
