package dev.startgate.flyway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.startgate.MigrationCoordinator;
import dev.startgate.coordination.RetriesExhaustedException;
import dev.startgate.flyway.FaultyDataSource.Fault;
import dev.startgate.gate.Gate;
import dev.startgate.gate.StartCounter;
import dev.startgate.gate.StartJournal;
import dev.startgate.testing.HeldMigration;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.StartingReplica;
import dev.startgate.testing.TestApplication;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Failures that pass by themselves, raised on a real PostgreSQL. Each migration writes to
 * a table, which would show that it ran twice.
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TransientFailureTests {

	private static final List<String> ONCE = List.of("1", "2", "3", "4", "5");

	private final PostgresDatabase database = PostgresDatabase.create();

	private final AtomicInteger schemas = new AtomicInteger();

	private Path migrations;

	private ConfigurableApplicationContext application;

	/** A replica that commits a migration and its row apart, as behind a pooler. */
	private ConfigurableApplicationContext apart;

	@BeforeAll
	void start(@TempDir Path directory) throws IOException {
		this.migrations = directory;
		this.database.jdbc().execute("create table public.ran (in_schema text, version text)");
		for (String n : ONCE) {
			Files.writeString(directory.resolve("V" + n + "__create.sql"),
					"create table t" + n + " (id int);\ninsert into public.ran values (current_schema(), '" + n
							+ "');\ncreate index i" + n + " on t" + n + " (id);\n");
		}
		this.application = application("spring.flyway.postgresql.transactional-lock=false");
		this.apart = application("spring.flyway.postgresql.transactional-lock=true");
	}

	private ConfigurableApplicationContext application(String property) {
		return TestApplication.start(this.database, "spring.flyway.enabled=false", "startgate.retry.delay=5ms",
				"spring.datasource.hikari.maximum-pool-size=4", property);
	}

	@AfterAll
	void close() {
		this.application.close();
		this.apart.close();
	}

	static Stream<Arguments> faults() {
		return EnumSet.complementOf(EnumSet.of(Fault.VERSION, Fault.ERROR))
			.stream()
			.flatMap((fault) -> IntStream.rangeClosed(1, 5).mapToObj((count) -> Arguments.of(fault, count)));
	}

	@ParameterizedTest
	@MethodSource("faults")
	void eachMigrationIsRecordedAndRunOnce(Fault fault, int count) {
		FaultyDataSource faulty = faulty(fault, count);
		String schema = migrate(this.application, faulty);
		assertThat(faulty.hasFailed()).as("the fault was met").isTrue();
		assertThat(history(schema)).isEqualTo(ONCE);
		assertThat(ran(schema)).isEqualTo(ONCE);
	}

	@Test
	void eachMigrationHasABudgetOfRetriesOfItsOwn(@TempDir Path more, CapturedOutput output) throws IOException {
		for (int n = 1; n <= 8; n++) {
			Files.writeString(more.resolve("V" + n + "__more.sql"), "create table t" + n + " (id int);");
		}
		FaultyDataSource faulty = FaultyDataSource.often(this.application.getBean(DataSource.class),
				Fault.HISTORY_INSERT, 2);
		StartJournal journal = this.application.getBean(Gate.class).journal();
		long before = journal.entries().count(StartCounter.MIGRATION_APPLIED);
		String schema = "budget";
		this.application.getBean(MigrationCoordinator.class)
			.migrate(Flyway.configure().dataSource(faulty).locations("filesystem:" + more).schemas(schema).load());
		assertThat(history(schema)).hasSize(8);
		assertThat(journal.entries().count(StartCounter.MIGRATION_APPLIED) - before).as("not the attempts")
			.isEqualTo(8);
		assertThat(output)
			.contains("'budget' migration V8 'more' (V8__more.sql) failed: raised for a test (SQLSTATE 40001)")
			.doesNotContain("(retry 2 of 5)");
	}

	@Test
	void aFailureThatComesEachTimeEndsWithTheMigrationAndTheNumberOfAttempts() {
		FaultyDataSource faulty = FaultyDataSource.often(this.application.getBean(DataSource.class),
				Fault.HISTORY_INSERT, 1);
		assertThatExceptionOfType(RetriesExhaustedException.class).isThrownBy(() -> migrate(this.application, faulty))
			.withMessageEndingWith(
					"' migration V1 'create' (V1__create.sql) failed: raised for a test (SQLSTATE 40001), "
							+ "which means: not serializable, or the victim of a deadlock. That was attempt 6")
			.withCauseInstanceOf(FlywayException.class);
	}

	@Test
	void withoutStartgateTheFirstOneFailsTheMigration() {
		FaultyDataSource faulty = faulty(Fault.COMMIT_BEFORE, 3);
		assertThatExceptionOfType(FlywayException.class).isThrownBy(() -> flyway(faulty, "control_1").migrate());
		assertThat(ran("control_1")).containsExactly("1", "2");
	}

	@ParameterizedTest
	@CsvSource({ "COMMIT_AFTER, 40003", "COMMIT_OF_RECORD, 40001" })
	void whatIsAppliedButNotRecordedKeepsItsCauseAndIsNotRunAgain(Fault fault, String state) {
		FaultyDataSource faulty = faulty(fault, 3);
		String schema = "apart_" + fault.name().toLowerCase(Locale.ROOT);
		Throwable first = catchThrowable(() -> migrate(this.apart, schema, faulty));
		assertThat(first).isInstanceOf(InterruptedMigrationException.class)
			.hasMessageContaining("'" + schema + "' migration V3 'create' (V3__create.sql) failed: ")
			.hasMessageContaining("(SQLSTATE " + state);
		Throwable again = catchThrowable(() -> migrate(this.apart, schema, faulty));
		assertThat(again).isInstanceOf(InterruptedMigrationException.class)
			.hasMessageContaining("'" + schema + "' migration V3 'create' (V3__create.sql) failed on replica '")
			.hasMessageContaining("(SQLSTATE " + state);
		assertThat(history(schema)).containsExactly("1", "2");
		assertThat(ran(schema)).containsExactly("1", "2", "3");
	}

	@Test
	void withoutStartgateItIsRunAgain() {
		FaultyDataSource faulty = faulty(Fault.COMMIT_AFTER, 3);
		Flyway flyway = flyway(faulty, "control_2");
		assertThat(catchThrowable(flyway::migrate)).isNotNull();
		assertThat(catchThrowable(flyway::migrate)).rootCause().hasMessageContaining("\"t3\" already exists");
	}

	@Test
	void whatTheDatabaseHasRolledBackIsTriedAgainAlsoThere() {
		String schema = migrate(this.apart, faulty(Fault.COMMIT_BEFORE, 3));
		assertThat(history(schema)).isEqualTo(ONCE);
		assertThat(ran(schema)).isEqualTo(ONCE);
	}

	@Test
	void aRealConflictBetweenSerializableTransactionsPasses(@TempDir Path directory, CapturedOutput output)
			throws Exception {
		PostgresDatabase own = PostgresDatabase.create();
		prepareConflict(own, directory);
		try (HeldMigration held = HeldMigration.in(own);
				StartingReplica replica = StartingReplica.of(serializable(own),
						"spring.flyway.locations=filesystem:" + directory)) {
			conflict(own, held);
			assertThat(replica.started()).succeedsWithin(PATIENCE);
			assertThat(replica.bean(Gate.class).journal().entries().count(StartCounter.TRANSIENT_FAILURE)).isEqualTo(1);
		}
		assertThat(output).contains("Migration V1 'take' (V1__take.sql, line 3) failed: ERROR: could not serialize",
				"(retry 1 of 5)");
		assertThat(own.history()).as("with the baseline").containsExactly("0", "1");
		assertThat(amount(own)).as("one sale of the other session, one of the migration").isEqualTo(8);
	}

	@Test
	void withoutStartgateItFailsTheStart(@TempDir Path directory) throws Exception {
		PostgresDatabase own = PostgresDatabase.create();
		prepareConflict(own, directory);
		try (HeldMigration held = HeldMigration.in(own);
				StartingReplica replica = StartingReplica.of(serializable(own), "startgate.enabled=false",
						"spring.flyway.locations=filesystem:" + directory)) {
			conflict(own, held);
			assertThat(catchThrowable(() -> replica.started().join())).rootCause()
				.hasMessageContaining("could not serialize access");
		}
	}

	@Test
	void aGroupIsRefusedWhereATransactionIsNotRolledBackAsAWhole() {
		PostgresDatabase own = PostgresDatabase.create();
		own.jdbc().execute("create schema stub");
		own.jdbc()
			.execute("create function stub.version() returns text language sql as"
					+ " 'select ''PostgreSQL 15.2-YB-2.25.1.0-b0 on a stub'''");
		String[] properties = { "spring.datasource.url=" + own.url() + "?currentSchema=public,stub,pg_catalog",
				"spring.datasource.username=postgres", "spring.flyway.baseline-on-migrate=true",
				"spring.flyway.baseline-version=0" };
		String location = "spring.flyway.locations=filesystem:" + this.migrations;
		own.jdbc().execute("create table public.ran (in_schema text, version text)");
		assertThat(catchThrowable(
				() -> StartingReplica.of(properties, location, "spring.flyway.group=true").started().join()))
			.hasStackTraceContaining("Migrations are not run as a group on YugabyteDB");
		try (StartingReplica replica = StartingReplica.of(properties, location)) {
			assertThat(replica.started()).succeedsWithin(PATIENCE);
		}
	}

	private void prepareConflict(PostgresDatabase own, Path directory) throws IOException {
		own.jdbc().execute("create table stock (amount int)");
		own.jdbc().execute("insert into stock values (10)");
		Files.writeString(directory.resolve("V1__take.sql"),
				"select count(*) from stock;\nselect pg_advisory_xact_lock(4711);\nupdate stock set amount = amount - 1;\n");
	}

	private static String[] serializable(PostgresDatabase own) {
		return new String[] {
				"spring.datasource.url=" + own.url() + "?options=-c%20default_transaction_isolation=serializable",
				"spring.datasource.username=postgres", "spring.flyway.baseline-on-migrate=true",
				"spring.flyway.baseline-version=0" };
	}

	/**
	 * Change the row after the migration has seen it, but before the migration changes
	 * it.
	 */
	private static void conflict(PostgresDatabase own, HeldMigration held) throws SQLException {
		held.awaitReached();
		own.jdbc().update("update stock set amount = amount - 1");
		held.close();
	}

	private static int amount(PostgresDatabase own) {
		return own.jdbc().queryForObject("select amount from stock", Integer.class);
	}

	private String migrate(ConfigurableApplicationContext replica, FaultyDataSource faulty) {
		String schema = "case_" + this.schemas.incrementAndGet();
		migrate(replica, schema, faulty);
		return schema;
	}

	private void migrate(ConfigurableApplicationContext replica, String schema, FaultyDataSource faulty) {
		replica.getBean(MigrationCoordinator.class).migrate(flyway(faulty, schema));
	}

	private Flyway flyway(FaultyDataSource faulty, String schema) {
		return Flyway.configure().dataSource(faulty).locations("filesystem:" + this.migrations).schemas(schema).load();
	}

	private FaultyDataSource faulty(Fault fault, int count) {
		return new FaultyDataSource(this.application.getBean(DataSource.class), fault, count);
	}

	private List<String> history(String schema) {
		return this.database.jdbc()
			.queryForList(
					"select version from " + schema
							+ ".flyway_schema_history where version is not null and success order by installed_rank",
					String.class);
	}

	private List<String> ran(String schema) {
		return this.database.jdbc()
			.queryForList("select version from public.ran where in_schema = ? order by version", String.class, schema);
	}

}
