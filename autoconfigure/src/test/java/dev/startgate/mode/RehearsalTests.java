package dev.startgate.mode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.startgate.DataMigration;
import dev.startgate.MetadataSource;
import dev.startgate.testing.HeldMigration;
import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.Metadata;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.ReplicaProcess;
import dev.startgate.testing.WebModules;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A rehearsal on PostgreSQL leaves no change but those that it reports.
 */
@Tag("long")
class RehearsalTests {

	/** The {@code xmin} of a row changes whenever the catalog writes it again. */
	private static final String CATALOG = "select string_agg(line, chr(10) order by line) from ("
			+ "select 'class ' || oid || relname || xmin as line from pg_class where relkind <> 'S' union all"
			+ " select 'column ' || attrelid || attname || xmin from pg_attribute union all"
			+ " select 'index ' || indexrelid || xmin from pg_index union all"
			+ " select 'constraint ' || oid || xmin from pg_constraint union all"
			+ " select 'function ' || oid || xmin from pg_proc union all"
			+ " select 'namespace ' || oid || xmin from pg_namespace) catalog";

	private static final String DATA = "select string_agg(f::text, chr(10) order by installed_rank) || '/'"
			+ " || (select string_agg(p::text || p.xmin, chr(10) order by id) from parcel p)"
			+ " from (select * from flyway_schema_history) f";

	private final PostgresDatabase database = PostgresDatabase.create();

	@TempDir
	private Path directory;

	private Path migrations;

	private final List<ReplicaProcess> processes = new ArrayList<>();

	@BeforeEach
	void migrate() throws Exception {
		this.migrations = Files.createDirectory(this.directory.resolve("migrations"));
		write("V1__create.sql", "create table parcel (id serial primary key, weight int);"
				+ " create table customer (id int); insert into parcel (weight) values (1), (2)");
		Flyway.configure()
			.dataSource(this.database.dataSource())
			.locations("filesystem:" + this.migrations)
			.load()
			.migrate();
	}

	@AfterEach
	void kill() {
		this.processes.forEach(ReplicaProcess::close);
	}

	@ParameterizedTest
	@CsvSource({ "false, before-beans", "true, after-web-server" })
	void nothingIsLeftButSequences(String group, String timing) throws Exception {
		write("V2__add_note.sql", "alter table parcel add column note text not null default ''");
		write("V3__seed.sql", "insert into parcel (weight, note) values (3, 'three'); create schema archive;"
				+ " create table archive.parcel (id int); alter table customer add column name text");
		write("R__weights.sql", "create view heavy as select * from parcel where note <> ''");
		String before = state();
		String log = rehearse(0, "spring.flyway.group=" + group, "startgate.timing=" + timing);
		assertThat(state()).isEqualTo(before);
		assertThat(log).containsSubsequence("Rehearsed V2 add note", "Rehearsed V3 seed", "Rehearsed weights",
				"The rehearsal is over, and was rolled back. This replica ends with exit code 0");
		assertThat(log).contains("V2 add note held ACCESS EXCLUSIVE on \"parcel\" for ",
				"V3 seed held ACCESS EXCLUSIVE on \"customer\" for ",
				"Sequence \"public\".\"parcel_id_seq\" has moved from 2 to 3 meanwhile, and is not moved back");
		assertThat(log).doesNotContain("V3 seed held ACCESS EXCLUSIVE on \"parcel\"", "Successfully applied",
				"Not rehearsed");
		assertThat(this.database.jdbc().queryForList("select relname from pg_class where relname like 'startgate%'"))
			.isEmpty();
	}

	@Test
	void aFailureIsOneOfTheMigration() throws Exception {
		write("V2__add_note.sql", "alter table parcel add column note text");
		write("V3__wrong.sql", "alter table parcel add column note int");
		String before = state();
		String log = rehearse(1);
		assertThat(state()).isEqualTo(before);
		assertThat(log).contains("Rehearsed V2 add note",
				"Migration V3 'wrong' (V3__wrong.sql, line 1) failed: ERROR:"
						+ " column \"note\" of relation \"parcel\" already exists",
				"It ran in a transaction, and PostgreSQL has rolled that back: nothing of it is left.");
	}

	/**
	 * Flyway itself refuses to go on behind such a row, and a real run may go on at the
	 * failed statement.
	 */
	@Test
	void aMigrationThatHasFailedBeforeIsLeftOutAndNamed() throws Exception {
		write("V2__index.sql.conf", "executeInTransaction=false");
		write("V2__index.sql", "create index concurrently by_weight on parcel (weight); alter table nowhere add n int");
		ReplicaProcess failing = start(this.database, "spring.flyway.locations=filesystem:" + this.migrations,
				"startgate.mode=migrate-and-exit");
		assertThat(failing.awaitExit(PATIENCE)).as(failing::log).isEqualTo(1);
		write("V2__index.sql", "create index concurrently by_weight on parcel (weight); alter table parcel add n int");
		write("V3__add_note.sql", "alter table parcel add column note text");
		assertThat(rehearse(0)).contains("Not rehearsed: V2 index, because it has failed before, and may be half done",
				"Not rehearsed: V3 add note, because it comes after that");
	}

	@Test
	void preconditionsAreAsked() throws Exception {
		Path preconditions = Files.createDirectory(this.directory.resolve("preconditions"));
		Files.writeString(preconditions.resolve("V2__all_are_light.sql"), "select id from parcel where weight > 1");
		write("V2__add_note.sql", "alter table parcel add column note text");
		String log = rehearse(1, "startgate.preconditions.locations=filesystem:" + preconditions);
		assertThat(log)
			.contains("Migration V2 'add note' (V2__add_note.sql) was not started, because its precondition");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "create index concurrently by_weight on parcel (weight)|is not in a transaction",
					"update parcel set weight = 0; commit; update parcel set weight = 1|commits by itself",
					"update parcel set weight = 0; rollback|rolls back by itself" })
	void whatCantBeRolledBackIsNamedAndNotRun(String script, String why) throws Exception {
		write("V2__add_note.sql", "alter table parcel add column note text");
		write("V3__odd.sql", script);
		write("V4__later.sql", "alter table parcel add column later text");
		Path data = Files.createDirectory(this.directory.resolve("data"));
		Files.writeString(data.resolve("V1__fill.sql"), "update parcel set weight = 7");
		String before = state();
		String log = rehearse(0, "startgate.data-migrations.locations=filesystem:" + data);
		assertThat(state()).isEqualTo(before);
		assertThat(log).contains("Rehearsed V2 add note", "Not rehearsed: V3 odd, because it " + why,
				"Not rehearsed: V4 later, because it comes after that",
				"Not rehearsed: data V1 'fill' (Pending), because it comes after that");
		assertThat(log).doesNotContain("failed!");
	}

	@ParameterizedTest
	@CsvSource({ "COMMIT, commits by itself", "CONNECT, opens a connection of its own",
			"UNWRAP, looks behind its connection", "SWALLOW, commits by itself" })
	void javaMigrationsThatCommitAreNamedAndUndone(String kind, String why) throws Exception {
		String before = state();
		String log = rehearse(0, "migration=" + kind);
		assertThat(state()).isEqualTo(before);
		assertThat(log).contains("Not rehearsed: V2 Java, because it " + why).doesNotContain("failed!");
	}

	@Test
	void dataMigrationsAreInTheSameTransaction() throws Exception {
		write("V2__add_note.sql", "alter table parcel add column note text");
		Path data = Files.createDirectory(this.directory.resolve("data"));
		Files.writeString(data.resolve("V1__fill.sql"), "update parcel set note = 'filled'");
		String before = state();
		String log = rehearse(0, "startgate.data-migrations.locations=filesystem:" + data);
		assertThat(state()).isEqualTo(before);
		assertThat(log).contains("Rehearsed V2 add note", "Rehearsed data V1 fill").doesNotContain("Not rehearsed");
	}

	@Test
	void whatIsNoMigrationIsLeftOutAndNamed() throws Exception {
		write("V2__add_note.sql", "alter table parcel add column note text");
		String before = state();
		String log = rehearse(0, "around=true");
		assertThat(state()).isEqualTo(before);
		assertThat(log).contains("Rehearsed V2 add note",
				"Not rehearsed: the strategy or initializer of 'flyway', because it may do anything."
						+ " What is pending is rehearsed without it",
				"Not rehearsed: the data migrations, because they need the beans of the application",
				"Not rehearsed: metadata ['early'], because it is not in the transaction",
				"Not rehearsed: the metadata of bean 'late', because it comes after the migrations");
		assertThat(log).doesNotContain("bean 'early'");
	}

	@Test
	void aCallbackThatCantBeRolledBackIsNamed() throws Exception {
		write("V2__add_note.sql", "alter table parcel add column note text");
		write("beforeMigrate.sql", "update parcel set weight = 7; commit");
		String before = state();
		String log = rehearse(0);
		assertThat(state()).isEqualTo(before);
		assertThat(log).contains("Not rehearsed: a callback, because it commits by itself",
				"Not rehearsed: V2 add note, because it comes after that");
	}

	@Test
	void allFlywaysAreRehearsed() throws Exception {
		write("V2__add_note.sql", "alter table parcel add column note text");
		Path others = Files.createDirectory(this.directory.resolve("others"));
		Files.writeString(others.resolve("V1__create.sql"), "create table sender (id int)");
		String before = state();
		String log = rehearse(0, "others=filesystem:" + others);
		assertThat(state()).isEqualTo(before);
		assertThat(log).contains("Rehearsed V2 add note", "Rehearsed V1 create");
	}

	@Test
	void itWaitsForAMigrationThatIsRun() throws Exception {
		PostgresDatabase other = PostgresDatabase.create();
		try (HeldMigration held = HeldMigration.in(other)) {
			ReplicaProcess holder = start(other, "startgate.mode=migrate-and-exit",
					"spring.flyway.locations=classpath:db/held");
			held.awaitReached();
			ReplicaProcess rehearsal = start(other, "startgate.mode=rehearse",
					"spring.flyway.locations=classpath:db/held");
			rehearsal.awaitLog("Waiting for session");
			held.close();
			assertThat(holder.awaitExit(PATIENCE)).as(holder::log).isZero();
			assertThat(rehearsal.awaitExit(PATIENCE)).as(rehearsal::log).isZero();
			assertThat(other.history()).containsExactly("1", "2");
		}
	}

	@Test
	void aMigrationThatMeetsItNamesItAndGoesOnAfterIt() throws Exception {
		PostgresDatabase other = PostgresDatabase.create();
		try (HeldMigration held = HeldMigration.in(other)) {
			ReplicaProcess rehearsal = start(other, "startgate.mode=rehearse", "startgate.replica-name=rehearsing",
					"spring.flyway.locations=classpath:db/held");
			held.awaitReached();
			ReplicaProcess migrator = start(other, "startgate.mode=migrate-and-exit",
					"spring.flyway.locations=classpath:db/held");
			migrator.awaitLog("Waiting for a rehearsal of replica 'rehearsing' (session ");
			assertThat(migrator.log()).containsPattern("\\(session \\d+ of user 'postgres', 127.0.0.1\\), which has"
					+ " Flyway's own lock, at work since .*Z; to end it by hand: select pg_terminate_backend\\(");
			held.close();
			assertThat(rehearsal.awaitExit(PATIENCE)).as(rehearsal::log).isZero();
			assertThat(migrator.awaitExit(PATIENCE)).as(migrator::log).isZero();
			assertThat(other.history()).containsExactly("1", "2");
		}
	}

	@Test
	void noStrongLockIsKeptWhileAnotherOneIsWaitedFor() throws Exception {
		write("V2__add_name.sql", "alter table customer add column name text");
		write("V3__add_note.sql", "alter table parcel add column note text");
		String before = state();
		try (Connection blocker = this.database.dataSource().getConnection()) {
			blocker.setAutoCommit(false);
			blocker.createStatement().execute("select * from parcel");
			ReplicaProcess rehearsal = start(this.database, properties("startgate.ddl.lock-timeout=1s"));
			rehearsal.awaitLog("It has stepped back after attempt 1");
			this.database.jdbc().queryForList("select * from customer");
			blocker.rollback();
			assertThat(rehearsal.awaitExit(PATIENCE)).as(rehearsal::log).isZero();
			assertThat(rehearsal.log()).contains("Rehearsed V3 add note");
		}
		assertThat(state()).isEqualTo(before);
	}

	@Test
	void itGivesUp() throws Exception {
		write("V2__add_name.sql", "alter table customer add column name text");
		write("V3__add_note.sql", "alter table parcel add column note text");
		try (Connection blocker = this.database.dataSource().getConnection()) {
			blocker.setAutoCommit(false);
			blocker.createStatement().execute("select * from parcel");
			assertThat(rehearse(1, "startgate.ddl.lock-timeout=500ms", "startgate.ddl.give-up-after=2s"))
				.contains("V3 add note (alter table parcel add column) did not get its lock on a table in");
		}
	}

	@Test
	void aDatabaseThatCommitsByItselfIsRefused() throws Exception {
		String url = MariaDbDatabase.create();
		ReplicaProcess process = ReplicaProcess.start(this.directory, Application.class,
				List.of("spring.datasource.url=" + url, "spring.datasource.username=root", "startgate.mode=rehearse",
						"spring.flyway.locations=filesystem:" + this.migrations));
		this.processes.add(process);
		assertThat(process.awaitExit(PATIENCE)).as(process::log).isOne();
		String log = process.log();
		assertThat(log).contains("Migrations can't be rehearsed on MariaDB ", "Nothing was run.",
				"startgate.mode=migrate-and-exit");
		assertThat(MariaDbDatabase.jdbc(url).queryForList("show tables")).isEmpty();
	}

	@Test
	void itDoesNotStayDown() throws Exception {
		assertThat(rehearse(1, "startgate.on-failure=stay-down")).contains("startgate.on-failure",
				"'exit' in mode 'rehearse', which ends in any case");
	}

	private String state() {
		JdbcTemplate jdbc = this.database.jdbc();
		return jdbc.queryForObject(CATALOG, String.class) + jdbc.queryForObject(DATA, String.class);
	}

	private void write(String file, String sql) throws IOException {
		Files.writeString(this.migrations.resolve(file), sql);
	}

	private String rehearse(int code, String... properties) throws Exception {
		ReplicaProcess process = start(this.database, properties(properties));
		assertThat(process.awaitExit(PATIENCE)).as(process::log).isEqualTo(code);
		return process.log();
	}

	private String[] properties(String... properties) {
		return Stream
			.concat(Stream.of("startgate.mode=rehearse", "spring.flyway.locations=filesystem:" + this.migrations),
					Stream.of(properties))
			.toArray(String[]::new);
	}

	private ReplicaProcess start(PostgresDatabase in, String... properties) throws IOException {
		ReplicaProcess process = ReplicaProcess.start(this.directory, Application.class,
				Stream.concat(Stream.of(in.properties()), Stream.of(properties)).toList());
		this.processes.add(process);
		return process;
	}

	@Configuration(proxyBeanMethods = false)
	@Import(WebModules.class)
	static class Application {

		public static void main(String[] args) {
			SpringApplication.run(new Class<?>[] { Application.class, Two.class }, args);
		}

		/**
		 * Fails if a rehearsal creates it, because the schema that it needs is not there.
		 */
		@Bean
		@ConditionalOnProperty(name = "startgate.mode", havingValue = "rehearse")
		Object needsTheSchema(JdbcTemplate jdbc) {
			return jdbc.queryForList("select note from parcel");
		}

		@Bean
		@ConditionalOnProperty("around")
		FlywayMigrationStrategy strategy() {
			return (flyway) -> {
				throw new IllegalStateException("not called");
			};
		}

		@Bean
		@ConditionalOnProperty("around")
		Backfill backfill() {
			return new Backfill();
		}

		@Bean
		@ConditionalOnProperty("around")
		MetadataSource early() {
			return new Metadata("early", "1", MetadataSource.Phase.BEFORE_MIGRATIONS, 0, Application::apply);
		}

		@Bean
		@ConditionalOnProperty("around")
		MetadataSource late() {
			return new Metadata("late", "1", MetadataSource.Phase.AFTER_MIGRATIONS, 0, Application::apply);
		}

		private static void apply(Connection connection) {
			throw new IllegalStateException("not applied");
		}

		@Bean
		@ConditionalOnProperty("migration")
		BaseJavaMigration migration(Environment environment) {
			return new V2__Java(environment.getProperty("migration"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty("others")
	static class Two {

		@Bean(initMethod = "migrate")
		Flyway own(DataSource dataSource, @Value("${spring.flyway.locations}") String locations) {
			return Flyway.configure().dataSource(dataSource).locations(locations).load();
		}

		@Bean(initMethod = "migrate")
		Flyway others(DataSource dataSource, @Value("${others}") String locations) {
			return Flyway.configure()
				.dataSource(dataSource)
				.locations(locations)
				.table("flyway_others")
				.baselineOnMigrate(true)
				.baselineVersion("0")
				.load();
		}

	}

	@DataMigration
	static final class Backfill extends BaseJavaMigration {

		@Override
		public MigrationVersion getVersion() {
			return MigrationVersion.fromVersion("1");
		}

		@Override
		public String getDescription() {
			return "backfill";
		}

		@Override
		public void migrate(Context context) {
			throw new IllegalStateException("not run");
		}

	}

	static final class V2__Java extends BaseJavaMigration {

		private final String kind;

		V2__Java(String kind) {
			this.kind = kind;
		}

		@Override
		public void migrate(Context context) throws Exception {
			Connection connection = context.getConnection();
			connection.createStatement().execute("update parcel set weight = 0");
			switch (this.kind) {
				case "COMMIT" -> connection.commit();
				case "CONNECT" -> context.getConfiguration().getDataSource().getConnection();
				case "UNWRAP" -> connection.unwrap(org.postgresql.jdbc.PgConnection.class).commit();
				default -> {
					try {
						connection.commit();
					}
					catch (RuntimeException ex) {
						// some migrations ignore it, too
					}
				}
			}
		}

	}

}
