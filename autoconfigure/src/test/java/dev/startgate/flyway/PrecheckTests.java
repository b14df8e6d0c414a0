package dev.startgate.flyway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.executor.MigrationExecutor;
import org.flywaydb.core.api.resolver.ResolvedMigration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Compares what is left to do after a look with what {@code migrate()} then does.
 */
@Tag("long")
class PrecheckTests {

	private static final DataSource POSTGRES = ScriptServer.POSTGRESQL.dataSource(ScriptServer.POSTGRESQL.create());

	private static final JdbcTemplate JDBC = new JdbcTemplate(POSTGRES);

	private final String schema = "u" + Long.toString(System.nanoTime(), Character.MAX_RADIX);

	private final FluentConfiguration configuration = new FluentConfiguration().dataSource(POSTGRES)
		.schemas(this.schema);

	@TempDir
	private Path directory;

	@BeforeEach
	void write() throws IOException {
		JDBC.execute("create schema " + this.schema);
		this.configuration.locations("filesystem:" + this.directory);
		file("V1__first.sql", "select 1");
		file("V2__second.sql", "select 2");
		file("R__view.sql", "select 3");
	}

	@ParameterizedTest
	@MethodSource
	void nothingIsLeftWhereFlywayHasNothingToDo(Case one) throws IOException {
		one.history().in(this);
		assertThat(Arrays.stream(new Flyway(this.configuration).info().all()).map(MigrationInfo::getState))
			.contains(one.state());
		boolean pending = isPending();
		assertThat(left()).as("what a replica waits for").isEmpty();
		assertThat(isDone()).as("migrate() does nothing").isTrue();
		assertThat(pending).as("the lock is taken").isEqualTo(one.locked());
	}

	static Stream<Case> nothingIsLeftWhereFlywayHasNothingToDo() {
		return Stream.of(new Case("a repeatable that was changed", MigrationState.SUPERSEDED, false, (test) -> {
			test.migrate();
			test.file("R__view.sql", "select 4");
			test.migrate();
		}), new Case("a file that was removed", MigrationState.DELETED, false, (test) -> {
			test.file("V3__third.sql", "select 5");
			test.migrate();
			Files.delete(test.directory.resolve("V2__second.sql"));
			test.repair();
		}), new Case("a repeatable that was removed", MigrationState.DELETED, false, (test) -> {
			test.migrate();
			Files.delete(test.directory.resolve("R__view.sql"));
			test.repair();
		}), new Case("a repeatable that came back", MigrationState.DELETED, false, (test) -> {
			test.migrate();
			Files.delete(test.directory.resolve("R__view.sql"));
			test.repair();
			test.file("R__view.sql", "select 3");
			test.migrate();
		}), new Case("a file to start with, too late", MigrationState.IGNORED, false, (test) -> {
			test.migrate();
			test.file("B2__all.sql", "select 6");
		}), new Case("a file to start with that was changed", MigrationState.BASELINE, false, (test) -> {
			test.file("B2__all.sql", "select 6");
			test.migrate();
			test.file("B2__all.sql", "select 7");
		}), new Case("a failure of a newer release", MigrationState.FUTURE_FAILED, true, (test) -> {
			test.migrate();
			test.fail("9", "ninth");
		}), new Case("an old file that may be missing", MigrationState.IGNORED, true, (test) -> {
			test.configuration.ignoreMigrationPatterns("versioned:ignored");
			test.migrate();
			test.file("V1.5__old.sql", "select 8");
		}), new Case("one that its resolver does not want to be executed", MigrationState.IGNORED, false, (test) -> {
			ResolvedMigration unwanted = unwanted();
			test.configuration.resolvers((context) -> List.of(unwanted));
			test.migrate();
		}));
	}

	private static ResolvedMigration unwanted() {
		ResolvedMigration migration = mock();
		MigrationExecutor executor = mock();
		given(migration.getVersion()).willReturn(MigrationVersion.fromVersion("3"));
		given(migration.getDescription()).willReturn("unwanted");
		given(migration.getType()).willReturn(CoreMigrationType.CUSTOM);
		given(migration.getExecutor()).willReturn(executor);
		given(executor.shouldExecute()).willReturn(false);
		return migration;
	}

	/**
	 * Patterns apply to validation only. {@code migrate()} looks for failures once more.
	 */
	@Test
	void failureIsLeftWhateverIsIgnored() {
		migrate();
		rows("success = false where version = '2'");
		this.configuration.ignoreMigrationPatterns("*:*");
		assertThat(left()).containsExactly("V2 'second' (Failed)");
		assertThat(isPending()).isTrue();
		assertThat(isDone()).isFalse();
	}

	/**
	 * Files are added, changed or removed, with repairs and a failure in between.
	 */
	@ParameterizedTest
	@MethodSource("seeds")
	void agreesWithFlywayInRandomCases(long seed) throws IOException {
		Random random = new Random(seed);
		this.configuration.outOfOrder(random.nextBoolean()).validateOnMigrate(random.nextInt(4) != 0);
		boolean plain = random.nextInt(3) != 0 && this.configuration.isValidateOnMigrate();
		if (!plain) {
			String[] patterns = { "*:missing", "*:ignored", "*:future", "repeatable:missing", "versioned:future",
					"*:pending", "*:*" };
			this.configuration.ignoreMigrationPatterns(patterns[random.nextInt(patterns.length)]);
		}
		change(random, 3);
		for (int rounds = random.nextInt(3); rounds >= 0; rounds--) {
			attempt(this::migrate);
			change(random, 2);
			if (random.nextInt(3) == 0) {
				attempt(this::repair);
			}
		}
		if (random.nextBoolean()) {
			attempt(this::migrate);
		}
		if (random.nextInt(4) == 0) {
			rows("success = false where installed_rank = " + random.nextInt(9));
		}
		String all = describe();
		List<String> left = left();
		boolean pending = isPending();
		boolean done = isDone();
		assertThat(left.isEmpty()).as("what a replica waits for, in %s", all).isEqualTo(done);
		if (!pending) {
			assertThat(done).as("nothing was to be done, in %s", all).isTrue();
		}
		if (done && plain && !all.contains("FUTURE") && !all.contains("MISSING")) {
			assertThat(pending).as("the lock is taken, in %s", all).isFalse();
		}
	}

	static LongStream seeds() {
		return LongStream.rangeClosed(1, Long.getLong("seeds", 60));
	}

	private void change(Random random, int most) throws IOException {
		for (int changes = random.nextInt(most + 1); changes > 0; changes--) {
			String[] names = { "V1__first.sql", "V2__second.sql", "V3__third.sql", "V1.5__late.sql", "R__view.sql",
					"R__other.sql", "B2__all.sql", "B3__all.sql" };
			String name = names[random.nextInt(names.length)];
			if (random.nextInt(3) == 0) {
				Files.deleteIfExists(this.directory.resolve(name));
			}
			else {
				file(name, "select " + random.nextInt(3));
			}
		}
	}

	private static void attempt(Runnable work) {
		try {
			work.run();
		}
		catch (FlywayException ex) {
			// a failed attempt leaves a history that is as good as any other
		}
	}

	private String describe() {
		return Arrays.stream(new Flyway(this.configuration).info().all())
			.map((migration) -> migration.getVersion() + " " + migration.getDescription() + " " + migration.getType()
					+ " " + migration.getState())
			.toList()
			.toString();
	}

	private List<String> left() {
		return Precheck.unfinished(new Flyway(this.configuration).info(),
				(migration) -> Precheck.isLeftToOthers(migration, this.configuration));
	}

	private boolean isPending() {
		return Precheck.isPending(new Flyway(this.configuration).info(), (migration) -> false);
	}

	private boolean isDone() {
		try {
			return new Flyway(this.configuration).migrate().migrationsExecuted == 0;
		}
		catch (FlywayException ex) {
			return false;
		}
	}

	private void migrate() {
		new Flyway(this.configuration).migrate();
	}

	private void repair() {
		new Flyway(this.configuration).repair();
	}

	private void fail(String version, String description) {
		JDBC.update(
				"insert into " + this.schema + ".flyway_schema_history select max(installed_rank) + 1, ?, ?, 'SQL',"
						+ " 'script', 1, 'me', now(), 1, false from " + this.schema + ".flyway_schema_history",
				version, description);
	}

	private void rows(String change) {
		JDBC.execute("update " + this.schema + ".flyway_schema_history set " + change);
	}

	private void file(String name, String content) throws IOException {
		Files.writeString(this.directory.resolve(name), content);
	}

	record Case(String name, MigrationState state, boolean locked, Edit history) {

		@Override
		public String toString() {
			return this.name;
		}

	}

	interface Edit {

		void in(PrecheckTests test) throws IOException;

	}

}
