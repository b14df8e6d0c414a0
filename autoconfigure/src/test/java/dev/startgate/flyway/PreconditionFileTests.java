package dev.startgate.flyway;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

import dev.startgate.GateState;
import dev.startgate.actuate.GateHealthIndicator;
import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.StartingReplica;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.jdbc.core.JdbcTemplate;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Precondition files, which a replica asks just before single migrations.
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class PreconditionFileTests {

	private static final String FILE = "V2__every_point_has_a_user.sql";

	private final PostgresDatabase database = PostgresDatabase.create();

	private final JdbcTemplate jdbc = this.database.jdbc();

	@TempDir
	private Path directory;

	@BeforeEach
	void write() throws IOException {
		migration("V1__create_point.sql", "create table point as select id, null::text as app_user"
				+ " from generate_series(1, 12) as id;\ncreate table seen (transaction text)");
		migration("V2__require_user.sql", "alter table point alter column app_user set not null;\n"
				+ "insert into seen values (pg_current_xact_id()::text)");
		precondition(FILE, "-- who has none\ninsert into seen values (pg_current_xact_id()::text);\n"
				+ "select id, app_user from point where app_user is null order by id;\n");
	}

	@Test
	void nothingOfTheMigrationIsAppliedAndTheRowsAreShown(CapturedOutput output) {
		assertThat(catchThrowable(() -> start().started().join())).rootCause()
			.isInstanceOf(MigrationPreconditionException.class)
			.hasMessageContaining("Migration V2 'require user' (V2__require_user.sql) was not started")
			.hasMessageContaining("'every point has a user'")
			.hasMessageContaining(FILE)
			.hasMessageContaining("has 12 violations");
		assertThat(output).contains("- id = 1 | app_user = null", "- id = 10 | app_user = null", "Fix these rows")
			.doesNotContain("id = 11 ");
		assertThat(this.database.history()).containsExactly("1");
		assertThat(this.jdbc.queryForObject("select count(*) from seen", Long.class)).as("rolled back").isZero();
	}

	@Test
	void theValuesAreInTheLogOnly(CapturedOutput output) throws IOException {
		precondition(FILE, "select id, 'ann' || id || '@example.org' as email from point order by id");
		try (StartingReplica replica = start("startgate.on-failure=stay-down")) {
			replica.awaitState(GateState.BLOCKED);
			assertThat(new GateHealthIndicator(replica.gate()).health().getDetails().get("reason")).asString()
				.contains("has 12 violations", "- id = 1 | ***")
				.doesNotContain("ann1@");
		}
		assertThat(output).contains("- id = 1 | email = ann1@example.org");
	}

	@Test
	void oneThatCanNotBeAskedIsNamedWithTheAnswerOfTheDatabase(CapturedOutput output) throws IOException {
		precondition(FILE, "select id\nform point");
		assertThat(catchThrowable(() -> start().started().join())).rootCause().isInstanceOf(SQLException.class);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.containsPattern("The precondition 'every point has a user' \\(\\S.*" + FILE
					+ ".*\\) of Migration V2 'require user' \\(V2__require_user.sql\\) could not be asked: ERROR: syntax"
					+ " error at or near \"point\"\\s+Position: 16 \\(SQLSTATE 42601\\)")
			.contains("Correct the precondition")
			.doesNotContainPattern("Position: 16\\s+at ");
		assertThat(this.database.history()).containsExactly("1");
	}

	/**
	 * A sequence counts how often the precondition was asked.
	 */
	@Test
	void whoIsBlockedAsksAgainWithoutTheLockAndWithoutALine(CapturedOutput output) throws IOException {
		this.jdbc.execute("create schema test");
		this.jdbc.execute("create sequence test.asked");
		precondition(FILE, "insert into seen values (pg_current_xact_id()::text);\n"
				+ "select id, nextval('test.asked') as asked from point where app_user is null");
		try (StartingReplica replica = start("startgate.on-failure=stay-down")) {
			replica.awaitState(GateState.BLOCKED);
			assertThat(replica.gate().snapshot().reason()).contains("has 12 violations");
			Instant since = replica.gate().snapshot().since();
			Awaitility.await()
				.until(() -> this.jdbc.queryForObject("select last_value from test.asked", Long.class) >= 12 * 5);
			assertThat(replica.gate().snapshot().state()).isEqualTo(GateState.BLOCKED);
			assertThat(replica.gate().snapshot().since()).isEqualTo(since);
			assertThat(this.database.generation()).isOne();
			this.jdbc.update("update point set app_user = 'somebody'");
			assertThat(replica.started()).succeedsWithin(PATIENCE);
		}
		assertThat(output.getAll().split(" and does the work", -1)).as("twice").hasSize(3);
		assertThat(this.database.history()).containsExactly("1", "2");
		assertThat(this.jdbc.queryForList("select transaction from seen", String.class))
			.as("asked in the transaction of the migration")
			.hasSize(2)
			.satisfies((seen) -> assertThat(seen.get(0)).isEqualTo(seen.get(1)));
	}

	@Test
	void oneOutsideATransactionIsNotInterruptedByIt() throws IOException {
		Files.delete(this.directory.resolve("migrations/V2__require_user.sql"));
		migration("V2__index_user.sql", "create index concurrently point_user on point (app_user)");
		assertThat(catchThrowable(() -> start().started().join())).rootCause()
			.isInstanceOf(MigrationPreconditionException.class);
		this.jdbc.update("update point set app_user = 'somebody'");
		try (StartingReplica replica = start()) {
			assertThat(replica.started()).succeedsWithin(PATIENCE);
		}
	}

	@Test
	void oneThatIsAppliedIsNotAskedAndOneWithoutMigrationIsNamed(CapturedOutput output) throws IOException {
		precondition("V9_1__nothing.sql", "select 1");
		precondition("V1__nothing_is_there.sql", "select 1 where to_regclass('point') is not null");
		precondition(FILE, "select 1 where false");
		migration("V2__require_user.sql", "create table user_of_point (id int)");
		start().started().join().close();
		assertThat(output).contains("is not asked: there is no migration V9.1");
		precondition(FILE, "select 1");
		migration("V3__create_letter.sql", "create table letter (id int)");
		start().started().join().close();
		assertThat(this.database.history()).containsExactly("1", "2", "3");
	}

	@Test
	void withSeveralFlywaysTheOneWithoutTheMigrationIsNamed(CapturedOutput output) throws IOException {
		new PreconditionFiles("property", List.of("filesystem:" + this.directory.resolve("preconditions")),
				new PathMatchingResourcePatternResolver())
			.warn("'billing' ", Stream.empty());
		assertThat(output).contains(FILE + "]) is not asked: there is no migration V2 of 'billing'");
	}

	/**
	 * There is no table yet to ask about.
	 */
	@Test
	void aBaselineMigrationHasNone() throws IOException {
		migration("B2__all.sql", "create table point (id int, app_user text not null)");
		start().started().join().close();
		assertThat(this.database.history()).containsExactly("2");
	}

	/** Another database has a table of the same name. */
	@Test
	void onMariaDbItIsAskedAgainInTheDatabaseOfItsMigration() throws Exception {
		String url = MariaDbDatabase.create();
		JdbcTemplate mariaDb = MariaDbDatabase.jdbc(url);
		String own = mariaDb.queryForObject("select concat(database(), '_own')", String.class);
		mariaDb.execute("create database " + own);
		mariaDb.execute("create table point as select 1 as id, cast(null as char(9)) as app_user");
		migration("V1__create_point.sql", "create table point as select 1 as id, cast(null as char(9)) as app_user");
		migration("V2__require_user.sql", "alter table point modify app_user varchar(9) not null");
		precondition(FILE, "select id from point where app_user is null");
		try (StartingReplica replica = start("spring.datasource.url=" + url, "spring.datasource.username=root",
				"spring.flyway.schemas=" + own, "startgate.on-failure=stay-down")) {
			replica.awaitState(GateState.BLOCKED);
			mariaDb.execute("update " + own + ".point set app_user = 'ann'");
			replica.started().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	@Test
	void aMisnamedOneFailsTheStartBeforeAnythingRuns(CapturedOutput output) throws IOException {
		precondition("every_point_has_a_user.sql", "select 1");
		assertThat(catchThrowable(() -> start().started().join())).rootCause()
			.isInstanceOf(MisnamedPreconditionException.class);
		assertThat(output).contains("The precondition 'every_point_has_a_user.sql'", "Name it like 'V7__",
				"move it out of 'startgate.preconditions.locations'");
		assertThat(catchThrowable(
				() -> start("startgate.preconditions.locations=filesystem:" + this.directory.resolve("migrations"),
						"startgate.data-migrations.preconditions=filesystem:" + this.directory.resolve("preconditions"))
					.started()
					.join()))
			.isNotNull();
		assertThat(output).contains("move it out of 'startgate.data-migrations.preconditions'");
		assertThat(this.jdbc.queryForObject("select to_regclass('flyway_schema_history')::text", String.class))
			.isNull();
	}

	/**
	 * In a packaged application, {@code db/preconditions//} is another folder.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "classpath:db/preconditions", "classpath:db/preconditions/" })
	void aLocationInAnArchiveMayEndWithASlash(String location) throws IOException {
		Path archive = this.directory.resolve("application.jar");
		try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(archive))) {
			for (String entry : List.of("db/", "db/preconditions/", "db/preconditions/misnamed.sql")) {
				jar.putNextEntry(new ZipEntry(entry));
				jar.closeEntry();
			}
		}
		try (URLClassLoader loader = new URLClassLoader(new URL[] { archive.toUri().toURL() }, null)) {
			assertThatExceptionOfType(MisnamedPreconditionException.class)
				.isThrownBy(() -> new PreconditionFiles("property", List.of(location),
						new PathMatchingResourcePatternResolver(loader)));
		}
	}

	private StartingReplica start(String... properties) {
		String[] files = { "spring.flyway.locations=filesystem:" + this.directory.resolve("migrations"),
				"startgate.preconditions.locations=filesystem:" + this.directory.resolve("preconditions") };
		return StartingReplica.of(this.database.properties(), TestApplication.join(files, properties));
	}

	private void migration(String file, String sql) throws IOException {
		write("migrations", file, sql);
	}

	private void precondition(String file, String sql) throws IOException {
		write("preconditions", file, sql);
	}

	private void write(String folder, String file, String sql) throws IOException {
		Files.writeString(Files.createDirectories(this.directory.resolve(folder)).resolve(file), sql);
	}

}
