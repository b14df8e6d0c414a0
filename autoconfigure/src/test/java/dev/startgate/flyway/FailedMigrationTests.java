package dev.startgate.flyway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.startgate.GateState;
import dev.startgate.testing.HeldMigration;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.StartingReplica;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * A migration fails while other replicas wait for it. A sequence counts its runs, because
 * a rollback does not take back its numbers.
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class FailedMigrationTests {

	private final PostgresDatabase database = PostgresDatabase.create();

	private final JdbcTemplate jdbc = this.database.jdbc();

	@TempDir
	private Path migrations;

	@BeforeEach
	void write() throws IOException {
		this.jdbc.execute("create schema test");
		this.jdbc.execute("create sequence test.runs");
		this.jdbc.execute("create table test.fuse (blown boolean not null)");
		this.jdbc.execute("insert into test.fuse values (true)");
		write("V1__create_parcel.sql", "create table parcel (id int)");
		write("V2__fail.sql", "select nextval('test.runs');\nselect pg_advisory_xact_lock(4711);\n"
				+ "select 1 / case when blown then 0 else 1 end from test.fuse;\n");
	}

	@Test
	void runsOnceForAllThatWait(CapturedOutput output) {
		List<StartingReplica> replicas = startThree();
		List<Throwable> failures = replicas.stream()
			.map((replica) -> catchThrowable(() -> replica.started().join()))
			.toList();
		assertThat(runs()).isEqualTo(1);
		assertThat(failures).filteredOn((failure) -> causes(failure).anyMatch(FlywayMigrateException.class::isInstance))
			.hasSize(1);
		assertThat(failures)
			.filteredOn((failure) -> causes(failure).anyMatch(MigrationFailedElsewhereException.class::isInstance))
			.hasSize(2);
		assertThat(output.getAll()).contains("Migration V2 'fail' (V2__fail.sql, line 3) failed on replica 'replica-",
				"division by zero (SQLSTATE 22012)", "It was not run again here.");
		assertThat(catchThrowable(() -> start("fresh").started().join())).as("a fresh start").isNotNull();
		assertThat(runs()).as("tries again").isEqualTo(2);
		this.jdbc.update("update test.fuse set blown = false");
		try (StartingReplica corrected = start("corrected")) {
			assertThat(corrected.started()).succeedsWithin(PATIENCE);
		}
		assertThat(failureNotes()).isZero();
	}

	@Test
	void aLaterStartTriesAgainAlthoughItNamesTheSchemaDifferently() {
		String named = "spring.flyway.default-schema=public";
		assertThat(catchThrowable(() -> start("first").started().join())).isNotNull();
		assertThat(catchThrowable(() -> start("second", named).started().join())).isNotNull();
		assertThat(catchThrowable(() -> start("third").started().join())).isNotNull();
		assertThat(runs()).isEqualTo(3);
		assertThat(failureNotes()).as("one for all of them").isOne();
		this.jdbc.update("update test.fuse set blown = false");
		try (StartingReplica corrected = start("corrected", named)) {
			assertThat(corrected.started()).succeedsWithin(PATIENCE);
		}
		assertThat(failureNotes()).isZero();
	}

	@Test
	void whoStaysDownDoesNotTryAgainBecauseAnotherNamesTheSchemaDifferently() {
		String down = "startgate.on-failure=stay-down";
		try (StartingReplica one = start("first", down)) {
			one.awaitState(GateState.BLOCKED);
			try (StartingReplica other = start("second", down, "spring.flyway.default-schema=public")) {
				other.awaitState(GateState.BLOCKED);
				Awaitility.await()
					.during(Duration.ofSeconds(10))
					.atMost(Duration.ofSeconds(30))
					.until(() -> runs() == 2 && failureNotes() == 1);
			}
		}
	}

	/**
	 * The file is not at fault, but it would also fail on the waiting replicas. A later
	 * start may find that the right was granted.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "resume", "rerun" })
	void forWantOfARightRunsOnceForAllThatWait(String mode) throws IOException {
		this.jdbc.execute("""
				create function test.load() returns void language plpgsql as $$
				begin
				  perform nextval('test.runs');
				  perform pg_advisory_xact_lock(4711);
				  if (select blown from test.fuse) then
				    raise 'permission denied for table theirs' using errcode = 'insufficient_privilege';
				  end if;
				end $$""");
		write("V2__fail.sql", "create table if not exists own (id int);\nselect test.load();\n");
		write("V2__fail.sql.conf", "executeInTransaction=false");
		String onInterrupted = "startgate.on-interrupted=" + mode;
		List<Throwable> failures = startThree(onInterrupted).stream()
			.map((replica) -> catchThrowable(() -> replica.started().join()))
			.toList();
		assertThat(runs()).isEqualTo(1);
		assertThat(failures)
			.filteredOn((failure) -> causes(failure).anyMatch(MigrationFailedElsewhereException.class::isInstance))
			.hasSize(2);
		assertThat(catchThrowable(() -> start("fresh", onInterrupted).started().join())).isNotNull();
		assertThat(runs()).as("tries again").isEqualTo(2);
		this.jdbc.update("update test.fuse set blown = false");
		try (StartingReplica permitted = start("permitted", onInterrupted)) {
			assertThat(permitted.started()).succeedsWithin(PATIENCE);
		}
		assertThat(runs()).isEqualTo(3);
		assertThat(failureNotes()).isZero();
	}

	/**
	 * The process goes on and keeps its pool. The commit fails, which comes after the
	 * last statement. {@code LendingPoolsTests} tests other pools.
	 */
	@Test
	void keepsNoLockInThePool() throws IOException {
		write("V2__fail.sql", "select pg_advisory_lock(7);\ncreate table a (id int primary key);\n"
				+ "create table b (id int references a deferrable initially deferred);\ninsert into b values (1);\n");
		try (StartingReplica replica = start("one", "startgate.on-failure=stay-down")) {
			replica.awaitState(GateState.BLOCKED);
			assertThat(replica.gate().snapshot().reason()).contains("violates foreign key constraint");
			Awaitility.await().until(() -> this.jdbc.queryForObject("select pg_try_advisory_lock(7)", Boolean.class));
		}
	}

	@Test
	void whoStaysUpDoesNotRunItAgainUntilSomebodyErasesTheNote(CapturedOutput output) {
		List<StartingReplica> replicas = startThree("startgate.on-failure=stay-down");
		replicas.forEach((replica) -> replica.awaitState(GateState.BLOCKED));
		assertThat(replicas)
			.allSatisfy((replica) -> assertThat(replica.gate().snapshot().reason()).contains("V2__fail.sql"));
		this.jdbc.update("update test.fuse set blown = false");
		Awaitility.await().during(Duration.ofSeconds(5)).until(() -> runs() == 1);
		assertThat(replicas).allSatisfy((replica) -> assertThat(output.getAll())
			.contains("goes on once the statement below is run:%n%n%s".formatted(replica.gate().snapshot().reason())));
		List<String> statements = replicas.stream()
			.flatMap((replica) -> replica.gate().snapshot().reason().lines())
			.map(String::strip)
			.filter((line) -> line.startsWith("delete from "))
			.toList();
		assertThat(statements).hasSize(3);
		this.jdbc.execute(statements.get(0));
		assertThat(replicas).allSatisfy((replica) -> assertThat(replica.started()).succeedsWithin(PATIENCE));
		assertThat(runs()).isEqualTo(2);
		replicas.forEach(StartingReplica::close);
	}

	@Test
	void credentialsAreShownNowhereAndValuesOfRowsInTheLogOnly(CapturedOutput output) throws IOException {
		write("V2__fail.sql",
				"create table usr (email text unique);\ninsert into usr values ('ann@example.org');\n"
						+ "do $$ begin insert into usr values ('ann@example.org'); exception when unique_violation then"
						+ " raise exception '%, password=hush', sqlerrm using errcode = '23505',"
						+ " detail = 'Key (email)=(ann@example.org) already exists.'; end $$;");
		try (StartingReplica replica = start("stays", "startgate.on-failure=stay-down")) {
			replica.awaitState(GateState.BLOCKED);
			assertThat(this.jdbc.queryForObject("select detail from startgate_record where kind = 'failure'",
					String.class))
				.contains("Key (email)=(***) already exists.")
				.contains("password=***")
				.doesNotContain("ann@");
		}
		assertThat(output.getAll()).contains("Key (email)=(ann@example.org) already exists.").doesNotContain("hush");
	}

	@Test
	void whoStaysUpGoesOnWhenAFreshStartHasMoreSuccess(CapturedOutput output) {
		try (StartingReplica blocked = start("blocked", "startgate.on-failure=stay-down")) {
			blocked.awaitState(GateState.BLOCKED);
			this.jdbc.update("update test.fuse set blown = false");
			start("fresh").started().join().close();
			assertThat(blocked.started()).succeedsWithin(PATIENCE);
		}
		assertThat(runs()).isEqualTo(2);
	}

	@Test
	void aReplicaWithAChangedFileTriesIt(CapturedOutput output) throws IOException, SQLException {
		try (HeldMigration held = HeldMigration.in(this.database)) {
			StartingReplica old = start("old");
			awaitRun();
			Path changed = Files
				.createDirectory(this.migrations.resolveSibling(this.migrations.getFileName() + "-changed"));
			Files.copy(this.migrations.resolve("V1__create_parcel.sql"), changed.resolve("V1__create_parcel.sql"));
			Files.writeString(changed.resolve("V2__fail.sql"), "select nextval('test.runs')");
			StartingReplica waiting = start("waiting", "spring.flyway.locations=filesystem:" + changed);
			Awaitility.await().until(() -> output.getAll().contains("Waiting for replica 'old'"));
			held.close();
			assertThat(catchThrowable(() -> old.started().join())).isNotNull();
			assertThat(waiting.started()).succeedsWithin(PATIENCE);
			waiting.close();
		}
		assertThat(failureNotes()).isZero();
	}

	/**
	 * Start three replicas. The migration fails only once two of them wait for it.
	 */
	private List<StartingReplica> startThree(String... properties) {
		try (HeldMigration held = HeldMigration.in(this.database)) {
			List<StartingReplica> replicas = IntStream.rangeClosed(1, 3)
				.mapToObj((number) -> start("replica-" + number, properties))
				.toList();
			Awaitility.await()
				.until(() -> replicas.stream()
					.filter((replica) -> replica.isShowing() && replica.gate().snapshot().state() == GateState.WAITING)
					.count() == 2);
			return replicas;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void awaitRun() {
		Awaitility.await().until(() -> runs() == 1);
	}

	private StartingReplica start(String name, String... properties) {
		String[] own = { "startgate.replica-name=" + name, "spring.flyway.locations=filesystem:" + this.migrations };
		return StartingReplica.of(this.database.properties(), TestApplication.join(own, properties));
	}

	private void write(String file, String sql) throws IOException {
		Files.writeString(this.migrations.resolve(file), sql);
	}

	private long runs() {
		return this.jdbc.queryForObject("select case when is_called then last_value else 0 end from test.runs",
				Long.class);
	}

	private long failureNotes() {
		return this.jdbc.queryForObject("select count(*) from startgate_record where kind = 'failure'", Long.class);
	}

	private static Stream<Throwable> causes(Throwable failure) {
		return Stream.iterate(failure, (cause) -> cause != null, Throwable::getCause);
	}

}
