package dev.startgate.mode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.ReplicaProcess;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * An old replica that restarts in a rolling update leaves the views of the new one as
 * they are. The database counts the changes. The build restarts the old replica a few
 * times. To restart it more often:
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=OlderReplicaTests -Drestarts=50
 * </pre>
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class OlderReplicaTests {

	private static final int RESTARTS = Integer.getInteger("restarts", 2);

	private static final String APPLY_OLDER = "startgate.repeatable.apply-older=true";

	private static final String BUILD = "startgate.repeatable.build-number=";

	private final PostgresDatabase database = PostgresDatabase.create();

	private final JdbcTemplate jdbc = this.database.jdbc();

	@TempDir
	private Path directory;

	@BeforeEach
	void write() throws IOException {
		write("old/V1__create_parcel.sql", "create table parcel (id int)");
		write("old/R__view.sql", view("id"));
		write("new/V1__create_parcel.sql", "create table parcel (id int)");
		write("new/V2__add_weight.sql", "alter table parcel add weight int");
		write("new/R__view.sql", view("id, weight"));
	}

	@Test
	void leavesWhatTheNewOneHasApplied() throws Exception {
		restart("old");
		restart("new");
		count();
		for (int i = 0; i < RESTARTS; i++) {
			assertThat(restart("old")).containsOnlyOnce(
					"Left as newer replicas have applied them: [R 'view']. This replica is older, as it does not bring V2");
		}
		assertThat(changes()).as("changes by %d restarts", RESTARTS).isZero();
		assertThat(columns()).containsExactly("id", "weight");
		assertThat(restart("old", APPLY_OLDER)).doesNotContain("Left as newer");
		assertThat(changes()).as("the control arm").isPositive();
		assertThat(columns()).containsExactly("id");
	}

	@ParameterizedTest
	@ValueSource(strings = { "wait", "verify", "migrate", "migrate-and-exit" })
	void hasNoWork(String mode, CapturedOutput output) throws Exception {
		run("old");
		run("new");
		count();
		if (mode.equals("migrate-and-exit")) {
			try (ReplicaProcess job = start("old", "startgate.mode=" + mode)) {
				assertThat(job.awaitExit(PATIENCE)).isZero();
			}
		}
		else {
			run("old", "startgate.mode=" + mode);
			assertThat(output.toString()).containsOnlyOnce("Left as newer replicas have applied them");
		}
		assertThat(changes()).isZero();
	}

	/**
	 * The history keeps a row for each content that a repeatable migration has had.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "wait", "verify" })
	void theNewOneHasNoWorkEither(String mode) {
		run("old");
		run("new");
		run("new", "startgate.mode=" + mode, "startgate.lock.max-wait=10s");
	}

	@Test
	void doesNotRunThemBecauseOfItsCallbacksOrASchemaOfItsOwn() throws Exception {
		write("old/afterMigrate.sql", "create table if not exists called (id int)");
		String schema = "spring.flyway.schemas=own";
		run("old", schema);
		run("new", schema);
		this.jdbc.execute("drop table own.called");
		count();
		run("old", schema);
		assertThat(this.jdbc.queryForList("select 1 from pg_tables where tablename = 'called'")).hasSize(1);
		assertThat(this.jdbc.queryForList("select tag from change where tag <> 'CREATE TABLE'")).isEmpty();
	}

	@Test
	void appliesThemWhereItKnowsEveryVersion() throws Exception {
		run("old");
		run("new");
		write("new/R__view.sql", view("id"));
		count();
		run("new");
		assertThat(changes()).as("a roll-back").isPositive();
		assertThat(columns()).containsExactly("id");
	}

	/**
	 * Flyway counts the last version that a baseline file replaces as a future one.
	 */
	@Test
	void aReleaseWhoseBaselineFileReplacesTheVersionsIsNotOlder(CapturedOutput output) throws Exception {
		run("new");
		write("squashed/B2__all.sql", "create table parcel (id int, weight int)");
		write("squashed/R__view.sql", view("weight, id"));
		run("squashed", "spring.flyway.ignore-migration-patterns=*:missing,*:future");
		assertThat(columns()).containsExactly("weight", "id");
		assertThat(output).doesNotContain("Left as newer");
	}

	@Test
	void olderBuildWithTheSameVersionsLeavesThemToo() throws Exception {
		write("new/V2__add_weight.sql", null);
		write("new/R__view.sql", view("id, id as weight"));
		restart("old", BUILD + 9);
		restart("new", BUILD + 10);
		count();
		for (int i = 0; i < RESTARTS; i++) {
			assertThat(restart("old", BUILD + 9))
				.containsOnlyOnce("Left as newer replicas have applied them: [R 'view']. This replica is older,"
						+ " as its build is number 9, and the one that has applied them is number 10");
		}
		assertThat(changes()).as("changes by %d restarts", RESTARTS).isZero();
		run("old", BUILD + 9, "startgate.mode=wait");
		assertThat(restart("old")).as("the control arm: nothing tells the order").doesNotContain("Left as newer");
		assertThat(changes()).isPositive();
	}

	@Test
	void whatBringsAVersionIsNotOlderWheneverItWasBuilt() throws IOException {
		run("old", BUILD + 9);
		write("old/R__view.sql", view("id, id as hotfix"));
		run("old", BUILD + 11);
		run("new", BUILD + 10);
		assertThat(columns()).containsExactly("id", "weight");
		run("new", BUILD + 10);
		run("old", BUILD + 11);
		assertThat(columns()).containsExactly("id", "weight");
	}

	@Test
	void olderBuildThatAppliesAnotherOneStaysTheOlderOne() throws IOException {
		write("new/V2__add_weight.sql", null);
		write("new/R__view.sql", view("id, id as weight"));
		run("new", BUILD + 10);
		write("old/R__other.sql", "create or replace view other as select 1 as one");
		run("old", BUILD + 9);
		run("old", BUILD + 9);
		assertThat(columns()).containsExactly("id", "weight");
	}

	@Test
	void whatABuildWithoutAnOrderHasAppliedIsNotTakenForThatOfAnEarlierOne(CapturedOutput output) throws IOException {
		write("new/V2__add_weight.sql", null);
		write("new/R__view.sql", view("id, id as weight"));
		run("new", BUILD + 42);
		run("old");
		assertThat(columns()).containsExactly("id");
		run("new", BUILD + 41);
		assertThat(columns()).containsExactly("id", "weight");
		run("old", BUILD + 40);
		assertThat(columns()).as("the record has an order again").containsExactly("id", "weight");
		assertThat(output).doesNotContain("number 42");
	}

	@Test
	void roundTripsAreSpentOnBuildsOnlyWhereTheyDecide() throws IOException {
		write("new/V2__add_weight.sql", null);
		write("new/R__view.sql", view("id, id as weight"));
		run("old", BUILD + 9);
		this.jdbc.execute("drop table startgate_record");
		run("old", BUILD + 9);
		run("old", BUILD + 10);
		assertThat(records()).as("nothing is recorded without a repeatable to apply").isFalse();
		run("new", BUILD + 10);
		assertThat(records()).isTrue();
		run("old", BUILD + 11);
		assertThat(columns()).as("a newer build applies its own").containsExactly("id");
		run("new", BUILD + 10);
		assertThat(columns()).containsExactly("id");
		run("new", BUILD + 10, APPLY_OLDER);
		assertThat(columns()).containsExactly("id", "weight");
		run("old", BUILD + 11);
		assertThat(columns()).as("goes forward from what was applied last").containsExactly("id");
	}

	@Test
	void timeOfTheBuildTellsUnlessThereIsANumber(CapturedOutput output) throws IOException {
		write("new/V2__add_weight.sql", null);
		write("new/R__view.sql", view("id, id as weight"));
		runBuild("old", "2026-11-27T10:00:00Z");
		runBuild("new", "2026-11-28T10:00:00Z");
		runBuild("old", "2026-11-27T10:00:00Z");
		assertThat(columns()).containsExactly("id", "weight");
		assertThat(output.toString()).contains("This replica is older, as its build is of 2026-11-27T10:00:00Z, and the"
				+ " one that has applied them is of 2026-11-28T10:00:00Z");
		runBuild("old", "2026-11-28T10:00:00Z");
		assertThat(columns()).as("built at the same time").containsExactly("id");
		runBuild("new", "2026-11-28T10:00:00Z");
		runBuild("old", "2026-11-27T10:00:00Z", BUILD + 9);
		assertThat(columns()).as("a number and a time can't be compared").containsExactly("id");
	}

	private boolean records() {
		return this.jdbc.queryForObject("select to_regclass('startgate_record') is not null", Boolean.class);
	}

	private void runBuild(String release, String time, String... properties) {
		Properties info = new Properties();
		info.setProperty("time", time);
		runner(release).withPropertyValues(properties)
			.withBean(BuildProperties.class, () -> new BuildProperties(info))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void stillAppliesWhatOnlyItBrings() throws Exception {
		write("old/R__other.sql", "create or replace view other as select id from parcel");
		run("new");
		run("old");
		assertThat(this.jdbc.queryForList("select * from other")).isEmpty();
		assertThat(columns()).containsExactly("id", "weight");
	}

	@Test
	void leavesThoseInJavaToo() {
		List<String> applied = new ArrayList<>();
		for (String release : List.of("old", "new", "old")) {
			runner(release).withBean(JavaMigration.class, () -> new R__Permissions(release, applied))
				.run((context) -> assertThat(context).hasNotFailed());
		}
		assertThat(applied).containsExactly("old", "new");
	}

	private void count() {
		this.jdbc.execute("create table change (tag text)");
		this.jdbc.execute("create function note() returns event_trigger language plpgsql"
				+ " as 'begin insert into public.change values (tg_tag); end'");
		this.jdbc.execute("create event trigger note on ddl_command_end execute function note()");
	}

	private long changes() {
		return this.jdbc.queryForObject("select count(*) from change", Long.class);
	}

	private List<String> columns() {
		return this.jdbc.queryForList("select column_name from information_schema.columns where table_name = 'parcels'"
				+ " order by ordinal_position", String.class);
	}

	/**
	 * Start a replica that only has to start, and return what it logs until it ends.
	 */
	private String restart(String release, String... properties) throws IOException, InterruptedException {
		try (ReplicaProcess replica = start(release, properties)) {
			assertThat(replica.awaitExit(PATIENCE)).isZero();
			assertThat(replica.log()).contains("The gate is open");
			return replica.log();
		}
	}

	private ReplicaProcess start(String release, String... properties) throws IOException {
		return ReplicaProcess.start(this.directory, this.database,
				Stream.concat(Stream.of(location(release)), Stream.of(properties)).toArray(String[]::new));
	}

	private void run(String release, String... properties) {
		runner(release).withPropertyValues(properties).run((context) -> assertThat(context).hasNotFailed());
	}

	private ApplicationContextRunner runner(String release) {
		return new ApplicationContextRunner().withConfiguration(BootAutoConfigurations.with())
			.withPropertyValues(this.database.properties())
			.withPropertyValues(location(release));
	}

	private String location(String release) {
		return "spring.flyway.locations=filesystem:" + this.directory.resolve(release);
	}

	private static String view(String columns) {
		return "drop view if exists parcels; create view parcels as select " + columns + " from parcel";
	}

	private void write(String name, String content) throws IOException {
		Path file = this.directory.resolve(name);
		Files.createDirectories(file.getParent());
		if (content != null) {
			Files.writeString(file, content);
		}
		else {
			Files.delete(file);
		}
	}

	private static final class R__Permissions extends BaseJavaMigration {

		private final String release;

		private final List<String> applied;

		private R__Permissions(String release, List<String> applied) {
			this.release = release;
			this.applied = applied;
		}

		@Override
		public Integer getChecksum() {
			return this.release.hashCode();
		}

		@Override
		public void migrate(Context context) {
			this.applied.add(this.release);
		}

	}

}
