package dev.startgate.flyway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.baseline.BaselineMigrationConfigurationExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * If the files alone show that nothing is pending, Flyway does nothing and does not
 * complain. This covers the plain case, each of the other cases, and random cases.
 */
@Tag("long")
class VersionedFilesTests {

	private static final DataSource POSTGRES = ScriptServer.POSTGRESQL.dataSource(ScriptServer.POSTGRESQL.create());

	@TempDir
	private Path directory;

	private Path migrations;

	private Path others;

	@BeforeEach
	void write() throws IOException {
		this.migrations = Files.createDirectory(this.directory.resolve("migrations"));
		this.others = Files.createDirectory(this.directory.resolve("others"));
		file("V1__first.sql", "create table if not exists first (id int);\n-- größer\n");
		file("V1_1__more_of_it.sql", "\uFEFFcreate table if not exists more (id int);\r\n");
		file("deep/V2__second__one.sql", "create table if not exists second (id int)");
	}

	@ParameterizedTest
	@EnumSource(names = { "POSTGRESQL", "MARIADB" })
	void sayWhatFlywaySays(ScriptServer server) {
		FluentConfiguration configuration = configuration().dataSource(server.dataSource(server.create()))
			.table("history_" + unique());
		assertThat(look(configuration)).as("before").isEmpty();
		new Flyway(configuration).migrate();
		assertThat(look(configuration)).contains(byFlyway(configuration));
		assertThat(doesNothing(configuration)).isTrue();
	}

	@ParameterizedTest
	@MethodSource("changes")
	void sayNothingThatFlywayDoesNot(Change change) throws IOException {
		FluentConfiguration configuration = configuration();
		new Flyway(configuration).migrate();
		change.edit().in(this, configuration);
		Optional<HistorySnapshot> look = look(configuration);
		assertThat(look.isPresent()).isEqualTo(change.plain());
		if (change.plain()) {
			assertThat(look).contains(byFlyway(configuration));
			assertThat(doesNothing(configuration)).isTrue();
		}
	}

	static Stream<Change> changes() {
		return Stream.of(plain("out of order", (test, flyway) -> flyway.outOfOrder(true)),
				plain("a placeholder", (test, flyway) -> flyway.placeholders(Map.of("name", "value"))),
				plain("ranks in another order",
						(test, flyway) -> test.rows(flyway, "installed_rank = 10 - installed_rank")),
				plain("a schema that Flyway has created", (test, flyway) -> {
					flyway.schemas(unique());
					new Flyway(flyway).migrate();
				}), plain("latest", (test, flyway) -> flyway.target("latest")),
				plain("another location of the same file", (test, flyway) -> {
					Files.move(test.migrations.resolve("V1__first.sql"), test.others.resolve("V1__first.sql"));
					flyway.locations("filesystem:" + test.migrations, "filesystem:" + test.others);
				}),
				plain("line ends",
						(test, flyway) -> test.file("V1_1__more_of_it.sql",
								"create table if not exists more (id int);\n")),
				odd("more to do", (test, flyway) -> test.file("V3__third.sql", "select 1")),
				odd("more to do, out of order", (test, flyway) -> test.file("V1.5__third.sql", "select 1")),
				odd("nothing any more", (test, flyway) -> flyway.locations("filesystem:" + test.others)),
				odd("a location that is missing",
						(test, flyway) -> flyway.locations("filesystem:" + test.migrations, "filesystem:/not/there")
							.failOnMissingLocations(true)),
				odd("another content", (test, flyway) -> test.file("V1__first.sql", "select 1")),
				odd("another encoding", (test, flyway) -> flyway.encoding(StandardCharsets.ISO_8859_1)),
				odd("another description", (test, flyway) -> test.rename("V1__first.sql", "V1__frist.sql")),
				odd("another version", (test, flyway) -> test.rename("V1__first.sql", "V3__first.sql")),
				odd("another way to write a version",
						(test, flyway) -> test.rename("V1__first.sql", "V1.0__first.sql")),
				odd("two of a version", (test, flyway) -> test.file("V1.0__first.sql", "select 1")),
				odd("two of a version, both applied", (test, flyway) -> {
					Files.copy(test.migrations.resolve("V1__first.sql"), test.migrations.resolve("V1.0__first.sql"));
					test.jdbc("insert into " + table(flyway)
							+ " select 9, '1.0', description, type, script, checksum, installed_by, installed_on, 1, true from "
							+ table(flyway) + " where version = '1'");
				}), odd("two of a file", (test, flyway) -> {
					Files.copy(test.migrations.resolve("V1__first.sql"), test.others.resolve("V1__first.sql"));
					flyway.locations("filesystem:" + test.migrations, "filesystem:" + test.others);
				}), odd("repeatable", (test, flyway) -> test.file("R__view.sql", "select 1")),
				odd("a callback", (test, flyway) -> test.file("afterMigrate.sql", "select 1")),
				odd("a script", (test, flyway) -> test.file("V3__third.sh", "true")),
				odd("undo", (test, flyway) -> test.file("U1__first.sql", "drop table first")),
				odd("a baseline to start with", (test, flyway) -> test.file("B3__all.sql", "select 1")),
				odd("a wrong name", (test, flyway) -> {
					test.file("V3_third.sql", "select 1");
					flyway.validateMigrationNaming(true);
				}),
				odd("settings of a script",
						(test, flyway) -> test.file("V1__first.sql.conf", "executeInTransaction=false")),
				odd("a class", (test, flyway) -> test.file("V3__Third.class", "")),
				odd("a target", (test, flyway) -> flyway.target("1.1")),
				odd("a target that is missing", (test, flyway) -> flyway.target("7")),
				odd("the present target", (test, flyway) -> flyway.target("current")),
				odd("the next target", (test, flyway) -> flyway.target("next")),
				odd("a migration in Java", (test, flyway) -> flyway.javaMigrations(new V4__fourth())),
				odd("no migration in SQL", (test, flyway) -> flyway.skipDefaultResolvers(true)),
				odd("another resolver", (test, flyway) -> flyway.resolvers((context) -> List.of())),
				odd("files from elsewhere",
						(test, flyway) -> flyway
							.resourceProvider(CallbackScripts.migrations(new Flyway(flyway).getConfiguration()))),
				odd("classes from elsewhere", (test, flyway) -> flyway.javaMigrationClassProvider(List::of)),
				odd("another prefix", (test, flyway) -> flyway.sqlMigrationPrefix("W")),
				odd("another separator", (test, flyway) -> flyway.sqlMigrationSeparator("_")),
				odd("another suffix", (test, flyway) -> flyway.sqlMigrationSuffixes(".txt")),
				odd("a prefix for two", (test, flyway) -> flyway.repeatableSqlMigrationPrefix("V")),
				odd("a prefix for files to start with, too",
						(test, flyway) -> flyway.getPluginRegister()
							.getExact(BaselineMigrationConfigurationExtension.class)
							.setBaselineMigrationPrefix("V")),
				odd("another history", (test, flyway) -> flyway.table("another")),
				odd("another schema", (test, flyway) -> flyway.schemas("elsewhere")),
				odd("a reserved placeholder", (test, flyway) -> flyway.placeholders(Map.of("flyway:user", "me"))),
				odd("a row less", (test, flyway) -> test.jdbc("delete from " + table(flyway) + " where version = '1'")),
				odd("a row more", (test, flyway) -> test.jdbc("insert into " + table(flyway)
						+ " select 9, '9', description, type, script, checksum, installed_by, installed_on, 1, true from "
						+ table(flyway) + " where version = '1'")),
				odd("a row twice", (test, flyway) -> test.jdbc("insert into " + table(flyway)
						+ " select 9, version, description, type, script, checksum, installed_by, installed_on, 1, true from "
						+ table(flyway) + " where version = '1'")),
				odd("a failure", (test, flyway) -> test.rows(flyway, "success = false")),
				odd("another checksum", (test, flyway) -> test.rows(flyway, "checksum = checksum + 1")),
				odd("no checksum", (test, flyway) -> test.rows(flyway, "checksum = null")),
				odd("another type", (test, flyway) -> test.rows(flyway, "type = 'JDBC'")),
				odd("a baseline", (test, flyway) -> test.rows(flyway, "type = 'BASELINE'")),
				odd("a deleted one", (test, flyway) -> test.rows(flyway, "type = 'DELETE'")));
	}

	@Test
	void sayNothingOfASubclass() {
		FluentConfiguration configuration = configuration();
		new Flyway(configuration).migrate();
		assertThat(ExpectedHistory.files(new Flyway(configuration))).isPresent();
		assertThat(ExpectedHistory.files(new Flyway(configuration) {
		})).isEmpty();
	}

	@Test
	void sayNothingWhereThereAreNone() {
		assertThat(look(configuration().locations("filesystem:" + this.others))).isEmpty();
	}

	@Test
	void sayNothingOfAFileToStartWith() throws IOException {
		FluentConfiguration configuration = configuration();
		configuration.getPluginRegister()
			.getExact(BaselineMigrationConfigurationExtension.class)
			.setBaselineMigrationPrefix("V3");
		assertThat(ExpectedHistory.files(new Flyway(configuration))).isPresent();
		file("V34__all.sql", "select 1");
		assertThat(ExpectedHistory.files(new Flyway(configuration))).isEmpty();
	}

	/**
	 * A history of some files, of which more are then added, changed or removed.
	 */
	@ParameterizedTest
	@MethodSource("seeds")
	void agreeWithFlywayInRandomCases(long seed) throws IOException {
		Random random = new Random(seed);
		FluentConfiguration configuration = configuration().outOfOrder(random.nextBoolean())
			.validateOnMigrate(random.nextInt(4) != 0);
		List<String> names = new ArrayList<>();
		for (int version = 3; version < 3 + random.nextInt(5); version++) {
			names.add("V" + version + (random.nextBoolean() ? "" : "." + random.nextInt(3)) + "__some_thing.sql");
			file(names.get(names.size() - 1), "select " + version);
		}
		new Flyway(configuration).migrate();
		for (int changes = random.nextInt(3); changes > 0; changes--) {
			String name = names.isEmpty() ? "V1__first.sql" : names.get(random.nextInt(names.size()));
			switch (random.nextInt(4)) {
				case 0 -> file(name, "select " + random.nextInt(8));
				case 1 -> Files.deleteIfExists(this.migrations.resolve(name));
				case 2 -> file("V" + random.nextInt(9) + ".0__some_thing.sql", "select " + random.nextInt(9));
				default -> rows(configuration, "success = " + random.nextBoolean());
			}
		}
		Optional<HistorySnapshot> look = look(configuration);
		if (look.isPresent()) {
			assertThat(look).contains(byFlyway(configuration));
			assertThat(doesNothing(configuration)).isTrue();
		}
		else {
			assertThat(doesNothing(configuration) && isUnchanged(configuration)).isFalse();
		}
	}

	static LongStream seeds() {
		return LongStream.rangeClosed(1, Long.getLong("seeds", 40));
	}

	/**
	 * Return whether each file has a row of its own, so that the files alone can tell.
	 */
	private boolean isUnchanged(FluentConfiguration configuration) {
		return Stream.of(new Flyway(configuration).info().all())
			.allMatch((migration) -> migration.getInstalledOn() != null && migration.getState().isApplied()
					&& migration.isChecksumMatching());
	}

	private static Optional<HistorySnapshot> look(FluentConfiguration configuration) {
		Flyway flyway = new Flyway(configuration);
		return ExpectedHistory.ofFiles(new HistoryRows(FlywayTarget.of(flyway.getConfiguration())), flyway)
			.flatMap(ExpectedHistory::read);
	}

	private static HistorySnapshot byFlyway(FluentConfiguration configuration) {
		return HistorySnapshot.of(Optional.of(new Flyway(configuration).info()));
	}

	private static boolean doesNothing(FluentConfiguration configuration) {
		try {
			return !Precheck.isPending(new Flyway(configuration).info(), (migration) -> false)
					&& new Flyway(configuration).migrate().migrationsExecuted == 0;
		}
		catch (FlywayException ex) {
			return false;
		}
	}

	private FluentConfiguration configuration() {
		String schema = unique();
		jdbc("create schema " + schema);
		return new FluentConfiguration().dataSource(POSTGRES)
			.schemas(schema)
			.locations("filesystem:" + this.migrations);
	}

	private void file(String name, String content) throws IOException {
		Path file = this.migrations.resolve(name);
		Files.createDirectories(file.getParent());
		Files.writeString(file, content);
	}

	private void rename(String from, String to) throws IOException {
		Files.move(this.migrations.resolve(from), this.migrations.resolve(to));
	}

	private void rows(FluentConfiguration configuration, String change) {
		jdbc("update " + table(configuration) + " set " + change);
	}

	private void jdbc(String statement) {
		new JdbcTemplate(POSTGRES).execute(statement);
	}

	private static String table(FluentConfiguration configuration) {
		return configuration.getSchemas()[0] + "." + configuration.getTable();
	}

	private static String unique() {
		return "u" + Long.toString(System.nanoTime(), Character.MAX_RADIX);
	}

	private static Change plain(String name, Edit edit) {
		return new Change(name, true, edit);
	}

	private static Change odd(String name, Edit edit) {
		return new Change(name, false, edit);
	}

	record Change(String name, boolean plain, Edit edit) {

		@Override
		public String toString() {
			return this.name;
		}

	}

	interface Edit {

		void in(VersionedFilesTests test, FluentConfiguration configuration) throws IOException;

	}

	public static class V4__fourth extends BaseJavaMigration {

		@Override
		public void migrate(Context context) {
			// nothing
		}

	}

}
