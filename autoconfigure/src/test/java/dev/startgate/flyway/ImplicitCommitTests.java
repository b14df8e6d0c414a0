package dev.startgate.flyway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import com.zaxxer.hikari.HikariDataSource;
import dev.startgate.ChunkedMigration;
import dev.startgate.DataMigration;
import dev.startgate.GateState;
import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.StartingReplica;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * A database that commits DDL by itself, so that a migration can be half done.
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class ImplicitCommitTests {

	private static final String LOCATIONS = "spring.flyway.locations=classpath:db/implicit";

	private final String url = MariaDbDatabase.create();

	private final HikariDataSource pool = new HikariDataSource();

	private final JdbcTemplate jdbc = new JdbcTemplate(this.pool);

	@BeforeEach
	void open() {
		this.pool.setJdbcUrl(this.url);
		this.pool.setUsername("root");
	}

	@AfterEach
	void close() {
		this.pool.close();
	}

	/**
	 * A data migration changes rows in chunks. DML can be rolled back on this database
	 * too, so the record matches what was done.
	 */
	@Test
	void aDataMigrationInChunksGoesOnAfterItsConnectionBroke() throws SQLException {
		this.jdbc.execute("create table parcel (id int primary key, changes int not null default 0)");
		this.jdbc.execute("insert into parcel (id) select seq from seq_1_to_2500");
		try (Connection other = this.pool.getConnection(); Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("select * from parcel where id = 1500 for update");
			CompletableFuture<Void> started = CompletableFuture.runAsync(this::fill);
			Awaitility.await().until(() -> changed() == 1000 && !updating().isEmpty());
			updating().forEach((session) -> this.jdbc.execute("kill " + session));
			other.rollback();
			started.join();
		}
		assertThat(changed()).isEqualTo(2500);
		assertThat(this.jdbc.queryForList("select distinct changes from parcel", Integer.class)).containsExactly(1);
		assertThat(
				this.jdbc.queryForList("select version from flyway_data_history order by installed_rank", String.class))
			.containsExactly("0", "1");
	}

	private int changed() {
		return this.jdbc.queryForObject("select count(*) from parcel where changes > 0", Integer.class);
	}

	private List<Long> updating() {
		return this.jdbc.queryForList("select id from information_schema.processlist where info like 'update parcel%'",
				Long.class);
	}

	private void fill() {
		new ApplicationContextRunner().withConfiguration(BootAutoConfigurations.with())
			.withPropertyValues("spring.datasource.url=" + this.url, "spring.datasource.username=root",
					"spring.flyway.locations=", "spring.flyway.baseline-on-migrate=true")
			.withBean(V1__Fill.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@DataMigration
	static class V1__Fill extends ChunkedMigration {

		@Override
		protected String statement() {
			return "update parcel set changes = changes + 1 where id >= :from and id < :to";
		}

		@Override
		protected String keys() {
			return "select min(id), max(id) from parcel";
		}

	}

	/**
	 * The first statement of the migration is done when the connection breaks.
	 */
	@Test
	void whatAConnectionHasLeftHalfDoneIsNotRunAgainUntilItIsResolved(CapturedOutput output) {
		this.jdbc.execute("create table depot (id int)");
		try (StartingReplica replica = start("startgate.on-failure=stay-down", "spring.flyway.baseline-on-migrate=true",
				"spring.flyway.baseline-version=0", "startgate.on-interrupted=stop")) {
			breakInTheMiddle(replica);
			Awaitility.await()
				.failFast(replica.started()::isDone)
				.until(() -> String.valueOf(replica.gate().snapshot().reason())
					.contains("Migration V2 'add columns' (V2__add_columns.sql) was interrupted"));
			assertThat(columns("parcel")).as("half done").containsExactly("id", "weight");
			this.jdbc.execute("alter table parcel drop column weight");
			this.jdbc.execute(erase(output));
			assertThat(replica.started()).succeedsWithin(PATIENCE);
		}
		assertThat(columns("parcel")).containsExactly("id", "weight");
		assertThat(columns("depot")).containsExactly("id", "height");
		assertThat(notes()).isZero();
	}

	@Test
	void whatAConnectionHasLeftHalfDoneGoesOn(CapturedOutput output) {
		this.jdbc.execute("create table depot (id int)");
		try (StartingReplica replica = start("spring.flyway.baseline-on-migrate=true",
				"spring.flyway.baseline-version=0")) {
			breakInTheMiddle(replica);
			assertThat(replica.started()).succeedsWithin(PATIENCE);
		}
		assertThat(output)
			.containsPattern("Migration V2 'add columns' .* goes on with statement [23], after .* in statement"
					+ " 2 \\(alter table depot\\), which had (not )?taken effect");
		assertThat(columns("parcel")).containsExactly("id", "weight");
		assertThat(columns("depot")).containsExactly("id", "height");
		assertThat(notes()).isZero();
	}

	@Test
	void whatHasFailedIsLeftToFlywayAndGoesOnAfterARepair() {
		try (StartingReplica replica = start("startgate.on-failure=stay-down")) {
			replica.awaitState(GateState.BLOCKED);
			assertThat(replica.gate().snapshot().reason()).contains("V2__add_columns.sql", "depot");
			assertThat(this.jdbc.queryForList("select item from startgate_record where kind = 'intent'")).isEmpty();
			assertThat(this.jdbc.queryForObject("select detail from startgate_record where kind = 'failure'",
					String.class))
				.contains("version: 2", "script: V2__add_columns.sql", "line: 2", "recorded: true", "depot");
			Awaitility.await().during(Duration.ofSeconds(3)).until(() -> !replica.started().isDone());
			this.jdbc.execute("alter table parcel drop column weight");
			this.jdbc.execute("create table depot (id int)");
			this.jdbc.execute("delete from flyway_schema_history where success = false");
			assertThat(replica.started()).succeedsWithin(PATIENCE);
		}
		assertThat(notes()).isZero();
	}

	/**
	 * A new connection without its database would get the same answer.
	 */
	@Test
	void aDatabaseThatAStatementMissesIsNoLostConnection(@TempDir Path directory, CapturedOutput output)
			throws IOException {
		String missing = "missing_" + System.nanoTime();
		Files.writeString(directory.resolve("V1__elsewhere.sql"), "create table " + missing + ".parcel (id int)");
		try (StartingReplica replica = start("spring.flyway.locations=filesystem:" + directory,
				"startgate.on-failure=stay-down")) {
			replica.awaitState(GateState.BLOCKED);
			assertThat(replica.gate().snapshot().reason()).contains("V1__elsewhere.sql", "Unknown database");
			assertThat(notes()).isOne();
			this.jdbc.execute("create database " + missing);
			this.jdbc.execute("delete from flyway_schema_history where success = false");
			assertThat(replica.started()).succeedsWithin(PATIENCE);
		}
		assertThat(output).doesNotContain("The connection to the database broke");
	}

	/**
	 * Such a script commits nothing before its end, so its rows are one transaction.
	 */
	@Test
	void rowsThatCanNotBeRecordedAreRolledBack(@TempDir Path directory) throws IOException {
		String[] locations = { "spring.flyway.locations=filesystem:" + directory };
		Files.writeString(directory.resolve("V1__table.sql"), "create table parcel (id int);\n");
		try (StartingReplica replica = start(locations)) {
			assertThat(replica.started()).succeedsWithin(PATIENCE);
		}
		Files.writeString(directory.resolve("V2__rows.sql"),
				"insert into parcel values (1);\ninsert into parcel values (2);\n");
		this.jdbc.execute("create trigger refuse before insert on flyway_schema_history for each row"
				+ " if new.success then signal sqlstate '45000' set message_text = 'not recorded'; end if");
		try (StartingReplica replica = start(locations)) {
			assertThat(replica.started()).failsWithin(PATIENCE);
		}
		assertThat(this.jdbc.queryForObject("select count(*) from parcel", Integer.class)).isZero();
		this.jdbc.execute("drop trigger refuse");
		Files.writeString(directory.resolve("V2__rows.sql"), "-- once more\n", StandardOpenOption.APPEND);
		try (StartingReplica replica = start(locations)) {
			assertThat(replica.started()).succeedsWithin(PATIENCE);
		}
		assertThat(this.jdbc.queryForList("select id from parcel", Integer.class)).containsExactly(1, 2);
	}

	/**
	 * No statement of the script has begun, and Flyway records nothing.
	 */
	@Test
	void aCallbackThatFailsBeforeTheFirstStatementLeavesNothingToAPerson(@TempDir Path directory) throws IOException {
		Files.writeString(directory.resolve("V1__table.sql"), "create table parcel (id int);\n");
		Path callback = directory.resolve("beforeEachMigrate__zzz.sql");
		Files.writeString(callback, "select nothing from nowhere;\n");
		String locations = "spring.flyway.locations=filesystem:" + directory;
		assertThat(catchThrowable(() -> start(locations).started().join())).hasStackTraceContaining("nowhere");
		Files.writeString(callback, "select 1;\n");
		try (StartingReplica replica = start(locations)) {
			assertThat(replica.started()).succeedsWithin(PATIENCE);
		}
		assertThat(columns("parcel")).containsExactly("id");
		assertThat(notes()).isZero();
	}

	/**
	 * The process goes on and keeps its pool.
	 */
	@Test
	void whatAFailedScriptHasLockedIsFree(@TempDir Path directory) throws IOException {
		this.jdbc.execute("create table parcel (id int primary key)");
		Files.writeString(directory.resolve("V2__lock.sql"),
				"lock tables parcel write;\ninsert into parcel values (1);\ninsert into parcel values (1);\n");
		try (StartingReplica replica = start("spring.flyway.locations=filesystem:" + directory,
				"spring.flyway.baseline-on-migrate=true", "startgate.on-failure=stay-down")) {
			replica.awaitState(GateState.BLOCKED);
			this.jdbc.setQueryTimeout((int) PATIENCE.toSeconds());
			assertThat(this.jdbc.queryForObject("select count(*) from parcel", Integer.class)).isZero();
		}
	}

	@Test
	void whoWaitedTakesTheFailureAsItsOwn(CapturedOutput output) {
		this.jdbc.execute("create table depot (id int, height int)");
		String[] baseline = { "spring.flyway.baseline-on-migrate=true", "spring.flyway.baseline-version=0" };
		SingleConnectionDataSource connection = new SingleConnectionDataSource(this.url, "root", "", true);
		new JdbcTemplate(connection).execute("lock tables depot write");
		List<StartingReplica> replicas = List.of(start(baseline), start(baseline));
		Awaitility.await().until(() -> output.getAll().contains("Waiting for replica"));
		Awaitility.await().until(() -> migrating() != null);
		connection.destroy();
		assertThat(replicas).map((replica) -> catchThrowable(() -> replica.started().join()))
			.map(NestedExceptionUtils::getMostSpecificCause)
			.hasAtLeastOneElementOfType(SQLException.class)
			.hasAtLeastOneElementOfType(MigrationFailedElsewhereException.class);
		assertThat(output).contains("which this one waited for: ",
				"    delete from `" + this.url.substring(this.url.lastIndexOf('/') + 1) + "`.`flyway_schema_history` ");
	}

	@Test
	void aStrategyMayCleanWhatWasInterrupted() {
		this.jdbc.execute("create table depot (id int)");
		this.jdbc.execute("create database if not exists notes");
		String[] properties = { "spring.flyway.baseline-on-migrate=true", "spring.flyway.baseline-version=0",
				"startgate.tables.schema=notes", "startgate.tables.prefix=c" + System.nanoTime() + "_",
				"spring.flyway.clean-disabled=false", "spring.flyway.locations=classpath:db/implicit",
				"spring.flyway.target=1" };
		start(properties).started().join().close();
		String record = "notes." + properties[3].replace("startgate.tables.prefix=", "") + "record";
		this.jdbc.update(
				"insert into " + record + " select lock_name, k.kind, concat('flyway_schema_history V1', k.more), 1,"
						+ " 'killed', now(), 'version: 1' from " + record + " f, (select 'intent' as kind, '' as more"
						+ " union select 'script', '' union select 'look', ' #1f.0') k where f.kind = 'fence'");
		this.jdbc.update("delete from flyway_schema_history where version = '1'");
		assertThat(catchThrowable(() -> start(properties).started().join()))
			.hasRootCauseInstanceOf(InterruptedMigrationException.class);
		assertThat(catchThrowable(() -> start((flyway) -> flyway.migrate(), properties))).as("one that cleans nothing")
			.hasRootCauseInstanceOf(InterruptedMigrationException.class);
		start(ImplicitCommitTests::cleanAndMigrate, properties).close();
		assertThat(this.jdbc.queryForList("select item from " + record + " where item like 'flyway%'")).isEmpty();
	}

	private ConfigurableApplicationContext start(FlywayMigrationStrategy strategy, String... properties) {
		return new SpringApplicationBuilder(TestApplication.class).web(WebApplicationType.NONE)
			.initializers((context) -> ((GenericApplicationContext) context).registerBean(FlywayMigrationStrategy.class,
					() -> strategy))
			.properties("spring.datasource.url=" + this.url, "spring.datasource.username=root")
			.properties(properties)
			.run();
	}

	private static void cleanAndMigrate(Flyway flyway) {
		flyway.clean();
		flyway.migrate();
	}

	private void breakInTheMiddle(StartingReplica replica) {
		SingleConnectionDataSource connection = new SingleConnectionDataSource(this.url, "root", "", true);
		JdbcTemplate writer = new JdbcTemplate(connection);
		writer.execute("lock tables depot write");
		Awaitility.await().failFast(replica.started()::isDone).until(() -> migrating() != null);
		this.jdbc.execute("kill connection " + migrating());
		connection.destroy();
	}

	private Long migrating() {
		return this.jdbc
			.queryForList("select id from information_schema.processlist where info like 'alter table depot%'",
					Long.class)
			.stream()
			.findFirst()
			.orElse(null);
	}

	private StartingReplica start(String... properties) {
		return StartingReplica.of(
				new String[] { "spring.datasource.url=" + this.url, "spring.datasource.username=root", LOCATIONS },
				properties);
	}

	private static String erase(CapturedOutput output) {
		return output.getAll()
			.lines()
			.filter((line) -> line.startsWith("    delete from"))
			.map((line) -> line.strip().replace(";", ""))
			.findFirst()
			.orElseThrow();
	}

	private List<String> columns(String table) {
		return this.jdbc.queryForList(
				"select column_name from information_schema.columns"
						+ " where table_schema = database() and table_name = ? order by ordinal_position",
				String.class, table);
	}

	private long notes() {
		return this.jdbc.queryForObject("select count(*) from startgate_record where kind in ('intent', 'failure')",
				Long.class);
	}

}
