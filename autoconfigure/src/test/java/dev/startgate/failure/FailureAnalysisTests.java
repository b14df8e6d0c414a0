package dev.startgate.failure;

import java.util.List;
import java.util.stream.Stream;

import dev.startgate.testing.FailedStart;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.TestApplication;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each failure is reported once, names the culprit and what to type, and leaves nothing
 * half done.
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class FailureAnalysisTests {

	private static final String LOCATIONS = "spring.flyway.locations=classpath:db/slow";

	private final PostgresDatabase database = PostgresDatabase.create();

	@Test
	void withoutTheRightToCreateTablesTheDdlIsShown(CapturedOutput output) {
		JdbcTemplate jdbc = this.database.jdbc();
		String user = userWithoutRights();
		jdbc.execute("create schema app");
		jdbc.execute("create table app.flyway_schema_history (installed_rank int primary key, version varchar(50),"
				+ " description varchar(200) not null, type varchar(20) not null, script varchar(1000) not null,"
				+ " checksum int, installed_by varchar(100) not null, installed_on timestamp not null default now(),"
				+ " execution_time int not null, success boolean not null)");
		jdbc.execute("grant usage on schema app to " + user);
		jdbc.execute("grant all on all tables in schema app to " + user);
		FailedStart failed = fail(output, "spring.datasource.username=" + user, "spring.datasource.password=secret",
				"spring.flyway.schemas=app");
		assertThat(failed)
			.contains("The table \"app\".\"startgate_lock\" could not be created", "permission denied for schema app",
					"Grant the user " + user + " the right", "create table \"app\".\"startgate_lock\"",
					"create table \"app\".\"startgate_record\"",
					"grant select, insert, update, delete on \"app\".\"startgate_lock\" to " + user + ";",
					"grant select, insert, update, delete on \"app\".\"startgate_record\" to " + user + ";",
					"startgate.tables.schema")
			.doesNotContain("secret");
		assertThat(jdbc.queryForObject("select count(*) from app.flyway_schema_history", Long.class)).isZero();
		failed.type(this.database.jdbc());
		assertThat(
				jdbc.queryForList("select tableowner from pg_tables where tablename like 'startgate%'", String.class))
			.containsExactly("postgres", "postgres");
		jdbc.execute("grant create on schema app to " + user);
		start("spring.datasource.username=" + user, "spring.datasource.password=secret", "spring.flyway.schemas=app");
	}

	@Test
	void withoutTheRightToCreateTheHistoryTheGrantIsShown(CapturedOutput output) {
		String user = userWithoutRights();
		this.database.jdbc().execute("revoke create on schema public from public");
		String[] properties = { "spring.datasource.username=" + user, "spring.datasource.password=secret" };
		FailedStart failed = fail(output, properties);
		assertThat(failed)
			.contains("The table \"public\".\"flyway_schema_history\" of Flyway's history is not there",
					"grant usage, create on schema \"public\" to " + user + ";", "spring.flyway.user")
			.doesNotContain("secret");
		assertThat(output).as("Flyway has not tried").doesNotContain("Creating Schema History table");
		failed.type(this.database.jdbc());
		start(properties);
		assertThat(this.database.history()).containsExactly("1");
	}

	@Test
	void withoutTheRightToWriteTheGrantIsShown(CapturedOutput output) {
		JdbcTemplate jdbc = this.database.jdbc();
		String user = userWithoutRights();
		start();
		jdbc.execute("grant select on all tables in schema public to " + user);
		assertThat(fail(output, "spring.datasource.username=" + user, "spring.datasource.password=secret")).contains(
				"The table \"public\".\"startgate_lock\" can't be read and written",
				"grant select, insert, update, delete on \"public\".\"startgate_lock\" to " + user + ";",
				"grant select, insert, update, delete on \"public\".\"startgate_record\" to " + user + ";");
		assertThat(this.database.history()).containsExactly("1");
	}

	@Test
	void tableThatIsNotOursIsLeftAlone(CapturedOutput output) {
		this.database.jdbc().execute("create schema app");
		this.database.jdbc().execute("create table app.startgate_lock (name varchar(64) primary key, note text)");
		assertThat(fail(output, "startgate.tables.schema=app")).contains(
				"\"app\".\"startgate_lock\" has other columns than those of Startgate", "startgate.tables.prefix");
		assertThat(this.database.jdbc().queryForList("select * from app.startgate_lock")).isEmpty();
	}

	@Test
	void missingTableThatIsNotToBeCreatedIsShownAsDdl(CapturedOutput output) {
		start("startgate.enabled=false");
		FailedStart failed = fail(output, "startgate.tables.create=false");
		assertThat(failed)
			.contains("does not exist and is not to be created", "startgate.tables.create",
					"create table \"public\".\"startgate_lock\"", "to postgres;")
			.doesNotContain("Flyway refuses");
		failed.type(this.database.jdbc());
		start("startgate.tables.create=false");
	}

	@Test
	void whereFlywayHasNoHistoryYetTheTablesAreCreatedInAnotherSchema(CapturedOutput output) {
		String user = userWithoutRights();
		this.database.jdbc().execute("grant all on schema public to " + user);
		String[] properties = { "startgate.tables.create=false", "spring.datasource.username=" + user,
				"spring.datasource.password=secret" };
		FailedStart failed = fail(output, properties);
		assertThat(failed).contains("does not exist and is not to be created", "Flyway refuses",
				"create schema \"startgate\";", "create table \"startgate\".\"startgate_lock\"",
				"set 'startgate.tables.schema' to 'startgate'");
		failed.type(this.database.jdbc());
		start(Stream.concat(Stream.of(properties), Stream.of("startgate.tables.schema=startgate"))
			.toArray(String[]::new));
		assertThat(this.database.history()).containsExactly("1");
	}

	@Test
	void schemaOfTheTablesThatIsNotThereIsNamed(CapturedOutput output) {
		FailedStart failed = fail(output, "startgate.tables.schema=nowhere");
		assertThat(failed).contains("\"nowhere\".\"startgate_lock\" is to be in a schema that does not exist",
				"create schema \"nowhere\";", "'startgate.tables.schema'");
		failed.type(this.database.jdbc());
		start("startgate.tables.schema=nowhere");
	}

	@Test
	void schemaOfTheHistoryThatFlywayIsNotToCreateIsNamed(CapturedOutput output) {
		String user = userWithoutRights();
		String[] properties = { "spring.datasource.username=" + user, "spring.datasource.password=secret",
				"spring.flyway.default-schema=nowhere", "spring.flyway.create-schemas=false" };
		FailedStart failed = fail(output, properties);
		assertThat(failed).contains(
				"The table \"nowhere\".\"flyway_schema_history\" of Flyway's history is to be in a schema that does "
						+ "not exist",
				"create schema \"nowhere\";", "grant usage, create on schema \"nowhere\" to " + user + ";",
				"'spring.flyway.create-schemas'")
			.doesNotContain("'startgate.tables.schema'");
		assertThat(output).as("Flyway has not tried").doesNotContain("Creating Schema History table");
		failed.type(this.database.jdbc());
		start(properties);
	}

	@Test
	void schemaThatTheUserMayNotCreateIsShownWithTheStatementThatDoes(CapturedOutput output) {
		String user = userWithoutRights();
		String[] properties = { "spring.datasource.username=" + user, "spring.datasource.password=secret",
				"spring.flyway.default-schema=nowhere" };
		FailedStart failed = fail(output, properties);
		assertThat(failed).contains("is to be in a schema that does not exist", "permission denied for database",
				"create schema \"nowhere\";");
		failed.type(this.database.jdbc());
		start(properties);
	}

	@Test
	void migrationThatFailsIsNamedWithScriptLineAndWhatTheDatabaseSaid(CapturedOutput output) {
		assertThat(fail(output, "spring.flyway.locations=classpath:db/broken"))
			.contains("Migration V2 'add column to a table that is not there'",
					"V2__add_column_to_a_table_that_is_not_there.sql, line 3", "relation \"parcels\" does not exist",
					"SQLSTATE 42P01", "nothing of it is left")
			.doesNotContain("repair", "rerun");
		assertThat(this.database.history()).containsExactly("1");
		assertThat(this.database.jdbc().queryForObject("select to_regclass('extra')::text", String.class)).isNull();
		assertThat(this.database.jdbc()
			.queryForObject("select count(*) from startgate_lock where lock_until > timezone('utc', now())",
					Long.class))
			.as("the lock is released")
			.isZero();
	}

	@Test
	void migrationThatHasFailedBeforeIsNamedWithTheStatementThatRemovesItsRow(CapturedOutput output) {
		start("spring.flyway.locations=classpath:db/broken");
		this.database.jdbc()
			.update("insert into flyway_schema_history select 2, '2', 'add column to a table that is not there', type,"
					+ " script, null, installed_by, now(), 1, false from flyway_schema_history");
		assertThat(fail(output, "spring.flyway.locations=classpath:db/broken")).contains(
				"Flyway has recorded that a migration failed: V2 'add column to a table that is not there'. ",
				"    delete from \"public\".\"flyway_schema_history\" where \"installed_rank\" = 2 and \"success\" = false;",
				"startgate.on-interrupted=rerun");
	}

	@Test
	void databaseThatCannotBeReachedIsWaitedForAndThenNamed(CapturedOutput output) {
		assertThat(fail(output, "spring.datasource.url=jdbc:postgresql://localhost:1/nowhere",
				"startgate.database.max-wait=1s"))
			.contains("The database can't be reached: Connection to localhost:1 refused",
					"startgate.database.max-wait");
	}

	@Test
	void hostThatIsNotKnownIsNamed(CapturedOutput output) {
		assertThat(fail(output, "spring.datasource.url=jdbc:postgresql://db.invalid/nowhere",
				"startgate.database.max-wait=1s"))
			.contains("The database can't be reached: The connection attempt failed (db.invalid)");
	}

	@Test
	void databaseWithoutRoomForAnotherConnectionIsNoDatabaseThatCannotBeReached(CapturedOutput output) {
		String user = userWithoutRights();
		this.database.jdbc().execute("alter user " + user + " connection limit 0");
		assertThat(fail(output, "spring.datasource.username=" + user, "spring.datasource.password=secret",
				"startgate.database.max-wait=1s"))
			.contains("The database accepts no more connections: FATAL: too many connections for role",
					"one for its lease", "'max_connections'")
			.doesNotContain("can't be reached");
	}

	@Test
	void poolThatIsTooSmallIsNoDatabaseThatCannotBeReached(CapturedOutput output) {
		assertThat(fail(output, "spring.datasource.hikari.maximum-pool-size=1",
				"spring.datasource.hikari.connection-timeout=1000"))
			.contains("The connection pool has no free connection: HikariPool", "Connection is not available",
					"'spring.datasource.hikari.maximum-pool-size'")
			.doesNotContain("can't be reached")
			.doesNotContain("(tried for 60 s)");
	}

	@Test
	void databaseThatRefusesIsWaitedForNoLongerThanItMayNeedToBeSetUp(CapturedOutput output) {
		assertThat(fail(output, "spring.datasource.url=" + this.database.url() + "_unknown"))
			.contains("_unknown\" does not exist (tried for ", "'spring.datasource.url'", "startgate.mode=wait")
			.doesNotContain("(tried for 60 s)");
	}

	@Test
	void whoWaitedForOthersIsToldThatNobodyIsAtWork(CapturedOutput output) {
		assertThat(fail(output, "startgate.mode=wait", "startgate.lock.max-wait=1s")).contains(
				"s for others to do the migrations of 'flyway': not done yet are V1",
				"No replica was seen that has the lock", "'startgate.mode=migrate'");
	}

	@Test
	void whoWaitedForAHolderIsToldWhenThatHasRenewedItsLease(CapturedOutput output) {
		start();
		this.database.jdbc()
			.update("update startgate_lock set locked_by = 'replica-7#1#1', lock_until = now() + interval '1 day'");
		assertThat(fail(output, "startgate.lock.max-wait=0s")).contains(
				"s for the lock 'public.flyway_schema_history', which replica 'replica-7", "and renewed its lease at ");
	}

	@ParameterizedTest
	@CsvSource({ "classpath:db/slow, is, classpath:db/slow", "classpath:db/slow, is inside, classpath:db",
			"db, is around, classpath:db/slow" })
	void folderOfBothHistoriesIsNamedBeforeAnythingIsMigrated(String data, String how, String schema,
			CapturedOutput output) {
		assertThat(fail(output, "spring.flyway.locations=" + schema, "startgate.data-migrations.locations=" + data))
			.contains("Data migrations need folders of their own: '" + data + "' " + how + " '" + schema + "'",
					"'startgate.data-migrations.locations', which is '" + data + "'",
					"'spring.flyway.locations', which is '" + schema + "'");
		assertThat(this.database.jdbc().queryForList("select * from pg_tables where schemaname = 'public'")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "startgate.preconditions.locations", "startgate.data-migrations.preconditions",
			"startgate.data-migrations.locations" })
	void folderThatIsNotThereIsNamed(String property, CapturedOutput output) {
		for (String folder : List.of("classpath:db/mistyped", "filesystem:mistyped")) {
			assertThat(fail(output, property + "=" + folder)).contains("'" + folder + "' of '" + property + "'",
					"a folder that exists");
		}
		assertThat(this.database.jdbc().queryForList("select * from pg_tables where schemaname = 'public'")).isEmpty();
	}

	@Test
	void nameOfABeanThatIsNotThereIsFoundBeforeAnythingIsMigrated(CapturedOutput output) {
		assertThat(fail(output, "startgate.defer.include=nosuchbean")).contains("'startgate.defer.include'",
				"'nosuchbean'", "startgateLifecycle");
		assertThat(this.database.jdbc().queryForList("select * from pg_tables where schemaname = 'public'")).isEmpty();
	}

	private FailedStart fail(CapturedOutput output, String... properties) {
		return FailedStart.of(this.database, output, append(LOCATIONS, properties));
	}

	private void start(String... properties) {
		TestApplication.start(this.database, append(LOCATIONS, append("spring.flyway.target=1", properties))).close();
	}

	/**
	 * Return one property, followed by properties that may override it.
	 */
	private static String[] append(String first, String... properties) {
		return Stream.concat(Stream.of(first), Stream.of(properties)).toArray(String[]::new);
	}

	private String userWithoutRights() {
		String user = "u" + System.nanoTime();
		this.database.jdbc().execute("create user " + user + " password 'secret'");
		return user;
	}

}
