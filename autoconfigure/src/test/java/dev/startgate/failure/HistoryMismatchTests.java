package dev.startgate.failure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import dev.startgate.testing.FailedStart;
import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.TestApplication;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * If Flyway has recorded something else than the application has, each migration is
 * named, with its history and with what to type.
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class HistoryMismatchTests {

	private static final String HISTORY = "\"app\".\"o'history\"";

	private final PostgresDatabase database = PostgresDatabase.create();

	private final JdbcTemplate jdbc = this.database.jdbc();

	@TempDir
	private Path directory;

	@BeforeEach
	void migrate() throws IOException {
		write("schema/V1__create_parcel.sql", "create table parcel (id int)");
		write("schema/V3__add_weight.sql", "alter table parcel add column weight int");
		write("data/V1__fill.sql", "insert into parcel (id) values (1)");
	}

	@Test
	void changedFileIsNamedWithBothChecksumsAndTheStatementThatRecordsIt(CapturedOutput output) throws IOException {
		start();
		write("schema/V1__create_parcel.sql", "create table parcel (id int) -- changed");
		FailedStart failed = fail(output);
		assertThat(failed)
			.contains("The migrations of this application are not those that Flyway has recorded. The history is "
					+ HISTORY + " on PostgreSQL. No migration of this history was run.")
			.containsPattern("\n {4}V1 'create parcel' \\(V1__create_parcel.sql\\) has changed since it was applied: "
					+ "checksum -?\\d+ is recorded, and the application has -?\\d+\n")
			.containsPattern(
					"\n {4}update \"app\"\\.\"o'history\" set \"checksum\" = -?\\d+ where \"installed_rank\" = ")
			.doesNotContain("repair");
		assertThat(failed.type(this.jdbc)).containsExactly(1);
		start();
	}

	@Test
	void renamedFileIsNamedWithBothDescriptions(CapturedOutput output) throws IOException {
		start();
		Files.move(file("schema/V1__create_parcel.sql"), file("schema/V1__create_o'parcel.sql"));
		FailedStart failed = fail(output);
		assertThat(failed).contains("description create parcel is recorded, and the application has create o'parcel",
				"set \"description\" = 'create o''parcel' where");
		assertThat(failed.type(this.jdbc)).containsExactly(1);
		start();
	}

	@Test
	void whatIsMissingAndWhatIsTooLateIsNamed(CapturedOutput output) throws IOException {
		start();
		Files.move(file("schema/V1__create_parcel.sql"), file("V1__create_parcel.sql"));
		write("schema/V2__add_height.sql", "alter table parcel add column height int");
		write("schema/B3__all.sql", "create table parcel (id int, height int, weight int)");
		assertThat(fail(output)).doesNotContain("B3__all")
			.contains(
					"    V1 'create parcel' (V1__create_parcel.sql) was applied, and this application does not have it",
					"    V2 'add height' (V2__add_height.sql) was not applied, although a higher version was",
					"'spring.flyway.ignore-migration-patterns' to '*:missing,*:future'",
					"'spring.flyway.out-of-order'");
		start("spring.flyway.ignore-migration-patterns=*:missing,*:future", "spring.flyway.out-of-order=true");
	}

	@Test
	void migrationOfTheDataIsToldFromThatOfTheSchema(CapturedOutput output) throws IOException {
		start();
		write("data/V1__fill.sql", "insert into parcel (id) values (2)");
		FailedStart failed = fail(output);
		assertThat(failed).contains("The history is \"app\".\"flyway_data_history\" on PostgreSQL",
				"    data V1 'fill' (V1__fill.sql) has changed");
		assertThat(failed.type(this.jdbc)).containsExactly(1);
		start();
		this.jdbc.execute("update app.flyway_data_history set success = false where version = '1'");
		failed = fail(output);
		assertThat(failed).contains("Flyway has recorded that a migration failed: data V1 'fill'. ");
		assertThat(failed.type(this.jdbc)).containsExactly(1);
		start();
	}

	@Test
	void failedRowIsRemovedFromTheTableThatHasIt(CapturedOutput output) throws IOException {
		start();
		write("schema/V4__again.sql", "create table again (id int)");
		this.jdbc.update("insert into app.\"o'history\" select 4, '4', 'again', type, 'V4__again.sql', null,"
				+ " installed_by, now(), 1, false from app.\"o'history\" where version = '1'");
		FailedStart failed = fail(output);
		assertThat(failed)
			.contains("Flyway has recorded that a migration failed: V4 'again'. A part of it may be applied."
					+ " No migration of this history was run.", "startgate.on-interrupted=rerun")
			.doesNotContain("repair");
		assertThat(failed.type(this.jdbc)).containsExactly(1);
		start();
	}

	@Test
	void onADatabaseThatCommitsEachChangeOfTheSchemaTheRowIsNamedAtOnce(CapturedOutput output) throws IOException {
		String url = MariaDbDatabase.create();
		String[] mariaDb = { "spring.datasource.url=" + url, "spring.datasource.username=root" };
		write("schema/V4__twice.sql", "create table twice (id int);\ninsert into nothing values (1);");
		FailedStart failed = fail(output, mariaDb);
		assertThat(failed).contains("Migration V4 'twice' (V4__twice.sql, line 2) failed: ",
				"MariaDB commits each change of the schema at once, so that a part of it may be applied.");
		assertThat(failed.type(MariaDbDatabase.jdbc(url))).containsExactly(1);
		MariaDbDatabase.jdbc(url).execute("drop table app.twice");
		write("schema/V4__twice.sql", "create table twice (id int)");
		start(mariaDb);
	}

	@Test
	void aScriptThatFailedGoesOnAsItIsSaid(CapturedOutput output) throws IOException {
		String url = MariaDbDatabase.create();
		String[] mariaDb = { "spring.datasource.url=" + url, "spring.datasource.username=root",
				"spring.flyway.default-schema=goes_on" };
		write("schema/V4__twice.sql", "create table twice (id int);\ninsert into nothing values (1);");
		String advice = "If the file is to be corrected, correct the statement that failed, and leave those before it as "
				+ "they are. If only data is to be fixed, fix it, and change the file, for which a comment at its end is "
				+ "enough. Then start again: the migration goes on with that statement.";
		assertThat(fail(output, mariaDb)).contains(advice);
		assertThat(fail(output, mariaDb)).as("the next start")
			.contains("Flyway has recorded that a migration failed: V4", advice);
		assertThat(fail(output, StringUtils.addStringToArray(mariaDb, "spring.flyway.ignore-migration-patterns=*:*")))
			.as("Flyway ignores no failure")
			.contains("failed migration to version 4", advice);
		write("schema/V4__twice.sql", "create table twice (id int);\ninsert into twice values (1);");
		start(mariaDb);

		MariaDbDatabase.jdbc(url).execute("insert into goes_on.twice values (1)");
		String file = "create table thrice (id int);\nalter table twice add unique (id);";
		write("schema/V5__thrice.sql", file);
		assertThat(fail(output, mariaDb)).contains("Duplicate entry", advice);
		MariaDbDatabase.jdbc(url).execute("delete from goes_on.twice limit 1");
		write("schema/V5__thrice.sql", file + "\n-- the rows are corrected");
		start(mariaDb);
	}

	@Test
	void indexThatAFailedMigrationLeftIsNamedAndNoOther(CapturedOutput output) throws IOException {
		start();
		this.jdbc.execute("insert into app.parcel (id) values (1)");
		assertThatException()
			.isThrownBy(() -> this.jdbc.execute("create unique index concurrently of_another_team on app.parcel (id)"));
		write("schema/V4__index.sql", "create unique index concurrently parcel_id on parcel (id)");
		FailedStart failed = fail(output);
		assertThat(failed)
			.contains("could not create unique index", "outside a transaction",
					"    drop index concurrently \"app\".\"parcel_id\";")
			.doesNotContain("of_another_team");
		assertThat(fail(output)).as("the next start")
			.contains("Flyway has recorded that a migration failed: V4",
					"    drop index concurrently \"app\".\"parcel_id\";");
		this.jdbc.execute("drop index concurrently app.parcel_id");
		this.jdbc.execute("delete from app.parcel where ctid in (select ctid from app.parcel limit 1)");
		assertThat(failed.type(this.jdbc)).containsExactly(1);
		start();
	}

	private void start(String... properties) {
		TestApplication.start(this.database, all(properties)).close();
	}

	private FailedStart fail(CapturedOutput output, String... properties) {
		return FailedStart.of(this.database, output, all(properties));
	}

	private String[] all(String... properties) {
		return Stream
			.concat(Stream.of("spring.flyway.locations=filesystem:" + file("schema"),
					"spring.flyway.default-schema=app", "spring.flyway.table=o'history",
					"startgate.data-migrations.locations=filesystem:" + file("data")), Stream.of(properties))
			.toArray(String[]::new);
	}

	private void write(String name, String sql) throws IOException {
		Files.createDirectories(file(name).getParent());
		Files.writeString(file(name), sql);
	}

	private Path file(String name) {
		return this.directory.resolve(name);
	}

}
