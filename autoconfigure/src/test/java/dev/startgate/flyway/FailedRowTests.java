package dev.startgate.flyway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.FailureAnalyses;
import dev.startgate.testing.MariaDbDatabase;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Flyway has recorded a migration as failed, on a database that commits DDL by itself. It
 * fails because another session locks a row for longer than it waits.
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class FailedRowTests {

	private static final String RERUN = "startgate.on-interrupted=rerun";

	private static final String REMOVED = "its row with success=false is removed from the history, and it is run again";

	private final String url = MariaDbDatabase.create();

	private final DriverManagerDataSource dataSource = new DriverManagerDataSource(this.url, "root", "");

	private final JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);

	@TempDir
	private Path migrations;

	@BeforeEach
	void write() throws IOException {
		this.jdbc.execute("create table depot (height int)");
		this.jdbc.execute("insert into depot values (0)");
		write("V1__create_parcel.sql", "create table parcel (id int)");
		write("V2__raise.sql", "alter table parcel add column if not exists weight int;\n"
				+ "set statement innodb_lock_wait_timeout=1 for update depot set height = height + 1;\n");
	}

	@Test
	void isRunAgainByAStartThatIsToldTo(CapturedOutput output) throws SQLException {
		failToGetTheRow();
		assertThat(output).as("not in the same turn").doesNotContain("(retry 1 of 5)");
		Map<String, Object> first = row("1");
		runner().run((context) -> assertThat(context).getFailure()
			.rootCause()
			.isInstanceOf(FlywayValidateException.class)
			.hasMessageContaining("Detected failed migration to version 2 (raise)"));
		assertThat(output).doesNotContain(REMOVED);
		runner(RERUN).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output.getAll().split(REMOVED, -1)).as("said once").hasSize(2);
		assertThat(output)
			.containsPattern("WARN.*V2 'raise' \\(V2__raise.sql, line 2\\) failed on replica '.*Lock wait timeout");
		assertThatIsDone();
		assertThat(row("1")).isEqualTo(first);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void isTriedAgainInTheSameTurnIfThatIsWanted(boolean strategy, CapturedOutput output) throws SQLException {
		ApplicationContextRunner runner = runner(RERUN, "startgate.retry.delay=10ms");
		ApplicationContextRunner replica = strategy
				? runner.withBean(FlywayMigrationStrategy.class, () -> (flyway) -> flyway.migrate()) : runner;
		CompletableFuture<Void> started;
		try (Connection other = takeTheRow()) {
			started = CompletableFuture.runAsync(() -> replica.run((context) -> assertThat(context).hasNotFailed()));
			Awaitility.await().failFast(started::isDone).until(() -> output.getAll().contains("(retry 1 of 5)"));
		}
		started.join();
		assertThat(output).contains(REMOVED).doesNotContain("Replicas that wait do not run");
		assertThatIsDone();
	}

	@Test
	void goesOnOnceItsFileWasCorrected(CapturedOutput output) throws IOException {
		String begin = "alter table parcel add weight int;\nupdate depot set height = height + 1;\n"
				+ "alter table parcel add depth int;\n";
		write("V2__raise.sql", begin + "alter table missing add height int;\n");
		runner().run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("missing"));
		runner().run((context) -> assertThat(context).getFailure()
			.rootCause()
			.as("with the same file")
			.isInstanceOf(FlywayValidateException.class)
			.hasMessageContaining("Detected failed migration to version 2"));
		write("V2__raise.sql", begin + "alter table parcel add height int;\nupdate depot set height = height + 0;\n");
		runner().run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("Its file has been changed since: its row with success=false is removed",
				"Migration V2 'raise' (V2__raise.sql) goes on with statement 4, after it was interrupted");
		assertThatIsDone();
		assertThat(this.jdbc.queryForList("show columns from parcel")).hasSize(4);
	}

	@Test
	void ofANewerContentIsLeftByAnOlderReplica() throws IOException {
		String applied = "create or replace view depots as select height from depot;\n";
		write("V2__raise.sql", "update depot set height = height + 1;\n");
		write("R__views.sql", applied);
		runner().run((context) -> assertThat(context).hasNotFailed());
		String newer = applied + "create or replace view parcels as select id from parcel;\n";
		write("R__views.sql", newer + "create or replace view weights as select weight from parcel;\n");
		runner().run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("weight"));
		write("R__views.sql", applied);
		runner().run((context) -> {
			assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(FlywayValidateException.class)
				.hasMessageContaining("Detected failed repeatable migration: views");
			assertThat(FailureAnalyses.of(context.getStartupFailure()).getAction())
				.doesNotContain("goes on with that statement");
		});
		write("R__views.sql", newer + "create or replace view ids as select id from parcel;\n");
		runner().run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.jdbc.queryForList("select id from ids")).isEmpty();
	}

	@Test
	void isDoneOnceItsLastStatementWasRemoved() throws IOException {
		String begin = "alter table parcel add weight int;\nupdate depot set height = height + 1;\n";
		write("V2__raise.sql", begin + "alter table missing add height int;\n");
		runner().run((context) -> assertThat(context).hasFailed());
		write("V2__raise.sql", begin);
		runner().run((context) -> assertThat(context).hasNotFailed());
		assertThatIsDone();
	}

	@Test
	void beginsWithTheSettingsOfItsOwnSession() throws IOException {
		String begin = "alter table parcel add day date not null default '0000-00-00';\n";
		write("V2__raise.sql", begin);
		String strict = "spring.datasource.url=" + this.url
				+ "?sessionVariables=sql_mode='STRICT_ALL_TABLES,NO_ZERO_DATE'";
		runner(strict).run((
				context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("Invalid default value"));
		write("V2__raise.sql", begin + "alter table parcel add hour time;\n");
		runner("spring.datasource.url=" + this.url + "?sessionVariables=sql_mode=''")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.jdbc.queryForList("show columns from parcel")).hasSize(3);
	}

	@Test
	void doesNotGoOnIfWhatIsDoneWasChanged() throws IOException {
		write("V2__raise.sql", "alter table parcel add weight int;\nupdate depot set height = height + 1;\n"
				+ "alter table missing add height int;\n");
		runner().run((context) -> assertThat(context).hasFailed());
		write("V2__raise.sql", "alter table parcel add weight bigint;\nupdate depot set height = height + 1;\n"
				+ "alter table missing add height int;\n");
		runner().run((context) -> assertThat(context).getFailure()
			.rootCause()
			.asInstanceOf(InstanceOfAssertFactories.type(InterruptedMigrationException.class))
			.extracting(InterruptedMigrationException::getPositions)
			.asInstanceOf(InstanceOfAssertFactories.list(String.class))
			.contains("It can't go on by itself: the first 2 statements of the script are not those that have taken"
					+ " effect", "   3  in doubt   alter table missing"));
		assertThat(this.jdbc.queryForObject("select height from depot", Integer.class)).isEqualTo(1);
	}

	@Test
	void isSaidToGoOnByItselfAfterATransientFailure() throws IOException, SQLException {
		write("V2__raise.sql", "alter table parcel add weight int;\nset innodb_lock_wait_timeout = 1;\n"
				+ "update depot set height = height + 1;\nalter table parcel add height int;\n");
		try (Connection other = takeTheRow()) {
			runner("startgate.retry.max-retries=0").run((context) -> {
				FailureAnalysis analysis = FailureAnalyses.of(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains("Lock wait timeout exceeded");
				assertThat(analysis.getAction())
					.contains("The failure was transient: start this replica again, and the migration goes on with the"
							+ " statement that failed.")
					.doesNotContain("delete from", "Bring the schema", "rerun");
			});
		}
		runner().run((context) -> assertThat(context).hasNotFailed());
		assertThatIsDone();
	}

	@Test
	void nothingElseIsRepaired() throws IOException, SQLException {
		failToGetTheRow();
		Map<String, Object> first = row("1");
		write("V1__create_parcel.sql", "create table parcel (id bigint)");
		runner(RERUN).run((context) -> assertThat(context).getFailure()
			.rootCause()
			.isInstanceOf(FlywayValidateException.class)
			.hasMessageContaining("checksum mismatch for migration version 1"));
		assertThat(row("1")).isEqualTo(first);
	}

	@Test
	void aFailureThatDoesNotPassIsLeftToAPerson() {
		this.jdbc.execute("drop table depot");
		runner(RERUN).run((context) -> assertThat(context).getFailure()
			.hasStackTraceContaining(FlywayMigrateException.class.getName()));
		assertThatItIsLeftToAPerson();
	}

	@Test
	void oneWhoseFileHasChangedIsLeftToAPerson() throws IOException, SQLException {
		failToGetTheRow();
		String before = Files.readString(this.migrations.resolve("V2__raise.sql"));
		write("V2__raise.sql", before + "drop table depot;\n");
		assertThatItIsLeftToAPerson();
		write("V2__raise.sql", before);
		runner(RERUN).run((context) -> assertThat(context).hasNotFailed());
		assertThatIsDone();
	}

	private void assertThatItIsLeftToAPerson() {
		runner(RERUN)
			.run((context) -> assertThat(context).getFailure().rootCause().isInstanceOf(FlywayValidateException.class));
		assertThat(row("2")).containsEntry("success", false);
	}

	private void assertThatIsDone() {
		assertThat(this.jdbc.queryForList(
				"select version from flyway_schema_history where success" + " order by installed_rank", String.class))
			.containsExactly("0", "1", "2");
		assertThat(this.jdbc.queryForObject("select count(*) from flyway_schema_history", Long.class)).isEqualTo(3);
		assertThat(this.jdbc.queryForObject("select height from depot", Integer.class)).isEqualTo(1);
		assertThat(this.jdbc.queryForList("select item from startgate_record where kind in ('intent', 'failure')"))
			.isEmpty();
	}

	private void failToGetTheRow() throws SQLException {
		try (Connection other = takeTheRow()) {
			runner().run((context) -> assertThat(context).getFailure().hasStackTraceContaining("Lock wait timeout"));
		}
		assertThat(row("2")).containsEntry("success", false);
	}

	private Connection takeTheRow() throws SQLException {
		Connection connection = this.dataSource.getConnection();
		connection.setAutoCommit(false);
		connection.createStatement().execute("select * from depot for update");
		return connection;
	}

	private ApplicationContextRunner runner(String... properties) {
		return new ApplicationContextRunner().withConfiguration(BootAutoConfigurations.with())
			.withPropertyValues("spring.datasource.url=" + this.url, "spring.datasource.username=root",
					"spring.flyway.locations=filesystem:" + this.migrations, "spring.flyway.baseline-on-migrate=true",
					"spring.flyway.baseline-version=0")
			.withPropertyValues(properties);
	}

	private Map<String, Object> row(String version) {
		List<Map<String, Object>> rows = this.jdbc.queryForList("select * from flyway_schema_history where version = ?",
				version);
		assertThat(rows).hasSize(1);
		return rows.get(0);
	}

	private void write(String file, String sql) throws IOException {
		Files.writeString(this.migrations.resolve(file), sql);
	}

}
