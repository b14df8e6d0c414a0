package dev.startgate.mode;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.startgate.GateState;
import dev.startgate.MetadataSource;
import dev.startgate.StartupGate;
import dev.startgate.coordination.LockWaitExceededException;
import dev.startgate.coordination.PendingWorkException;
import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.Metadata;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.StartingReplica;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * How a replica that waits or verifies reacts to what it finds in the database.
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class FollowingTests {

	private static final String LOCATIONS = "spring.flyway.locations=classpath:db/jpa";

	private static final String WAIT = "startgate.mode=wait";

	private static final String VERIFY = "startgate.mode=verify";

	private static final String NOT_LONG = "startgate.lock.max-wait=1s";

	private final PostgresDatabase database = PostgresDatabase.create();

	private final JdbcTemplate jdbc = this.database.jdbc();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(BootAutoConfigurations.with())
		.withPropertyValues(this.database.properties())
		.withPropertyValues(LOCATIONS);

	@ParameterizedTest
	@ValueSource(strings = { WAIT, VERIFY })
	void metadataOfWhichTheVersionsMayNotBeReadIsNotWaitedFor(String mode, CapturedOutput output) {
		with("1").run((context) -> assertThat(context).hasNotFailed());
		String user = "reader_" + System.nanoTime();
		this.jdbc.execute("create role " + user + " login");
		this.jdbc.execute("grant select on flyway_schema_history to " + user);
		ApplicationContextRunner reader = with("2").withPropertyValues(mode, NOT_LONG,
				"spring.datasource.username=" + user);
		reader.run((context) -> assertThat(context.getBean(StartupGate.class).isOpen()).isTrue());
		assertThat(output).containsOnlyOnce("may not be read");
		this.jdbc.execute("grant select on startgate_record to " + user);
		reader.run((context) -> assertThat(context).as("a version that can be read is waited for").hasFailed());
	}

	@ParameterizedTest
	@ValueSource(strings = { WAIT, VERIFY })
	void aSchemaThatIsAheadIsAsFlywaySays(String mode) {
		migrate();
		insert("9", "'SQL', 'V9__future.sql'", true);
		ApplicationContextRunner role = this.runner.withPropertyValues(mode, NOT_LONG);
		role.run((context) -> assertThat(context).hasNotFailed());
		role.withPropertyValues("spring.flyway.ignore-migration-patterns=*:ignored")
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining(mode.equals(WAIT) ? LockWaitExceededException.class.getName() : "step 9"));
		role.withPropertyValues("spring.flyway.ignore-migration-patterns=*:ignored",
				"spring.flyway.validate-on-migrate=false")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void whoVerifiesNamesWhatHasFailedIsMissingOrWasInterrupted() {
		migrate();
		insert("0.5", "'SQL', 'V0.5__missing.sql'", true);
		insert("0.7", "'SQL', 'V0.7__failed.sql'", false);
		this.jdbc.update("insert into startgate_record (lock_name, kind, item, generation, replica, recorded_at)"
				+ " values ('public.flyway_schema_history', 'intent', 'flyway_schema_history V7', 1, '1 job', now())");
		this.runner.withPropertyValues(VERIFY)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.asInstanceOf(InstanceOfAssertFactories.type(PendingWorkException.class))
				.extracting(PendingWorkException::getPending, InstanceOfAssertFactories.list(String.class))
				.hasSize(3)
				.anyMatch((line) -> line.contains("V0.5") && line.contains("Missing"))
				.anyMatch((line) -> line.contains("V0.7") && line.contains("Failed"))
				.anyMatch((line) -> line.contains("V7") && line.contains("interrupted")));
	}

	/**
	 * The migrator fails, and then ends or stays up, in a schema of its own or not. One
	 * replica begins to wait before that failure, and one after it.
	 */
	@ParameterizedTest
	@CsvSource({ "exit, application", "stay-down, public" })
	void aMigratorThatHasFailedIsNamedUntilAnotherOneSucceeds(String onFailure, String schema, CapturedOutput output) {
		this.jdbc.execute("create schema if not exists " + schema);
		this.jdbc.execute("create table " + schema + ".parcel (email text)");
		this.jdbc.execute("insert into " + schema + ".parcel values ('ann@example.org'), ('ann@example.org')");
		String user = "reader_" + System.nanoTime();
		this.jdbc.execute("create role " + user + " login");
		this.jdbc.execute("grant usage on schema " + schema + " to " + user);
		this.jdbc.execute("alter default privileges grant select on tables to " + user);
		String[] migrates = { "spring.flyway.locations=classpath:db/unique", "spring.flyway.baseline-on-migrate=true",
				"spring.flyway.baseline-version=0", "spring.flyway.default-schema=" + schema,
				"startgate.replica-name=web-1", "startgate.on-failure=" + onFailure };
		String[] waits = { migrates[0], migrates[1], migrates[2], migrates[3], "spring.datasource.username=" + user,
				WAIT };
		String failed = "replica 'web-1' failed at [^ ]+Z: Migration V1 'unique email' \\(V1__unique_email.sql, line 1\\)"
				+ " failed: ERROR: could not create unique index .*";
		try (StartingReplica early = StartingReplica.of(this.database.properties(), waits)) {
			early.awaitState(GateState.WAITING);
			try (StartingReplica migrator = StartingReplica.of(this.database.properties(), migrates);
					StartingReplica late = awaitFailure(migrator, waits)) {
				for (StartingReplica waiting : List.of(late, early)) {
					waiting.awaitAnswer("replica 'web-1' failed at ");
					assertThat(waiting.gate().snapshot().unsettled().get(0).answer())
						.matches("not done yet are V1 'unique email' \\(Pending\\); " + failed)
						.doesNotContain("ann@");
					assertThat(waiting.gate().snapshot().state()).isEqualTo(GateState.WAITING);
				}
				assertThat(output.getAll().lines()).anyMatch(
						(line) -> line.contains("Waiting for others") && line.contains("; replica 'web-1' failed at "));
				this.jdbc.execute("delete from " + schema + ".parcel");
				StartingReplica.of(this.database.properties(), migrates).started().join().close();
				for (StartingReplica waiting : List.of(late, early)) {
					assertThat(waiting.started()).succeedsWithin(PATIENCE);
					assertThat(waiting.gate().isOpen()).isTrue();
				}
			}
		}
		assertThat(troubles(schema)).isZero();
	}

	/**
	 * A release may fail at an item that the next release does not have. Replicas with
	 * the same version of Startgate may have noted that failure about another item.
	 */
	@Test
	void afterTheNextSuccessUnderTheLockNoFailureOfAnEarlierReleaseIsNamed() {
		this.runner.withBean("gone", MetadataSource.class, () -> new Metadata("gone", (connection) -> {
			throw new IllegalStateException("no such index");
		})).run((context) -> assertThat(context).hasFailed());
		this.jdbc.update("insert into startgate_record (lock_name, kind, item, generation, replica, recorded_at)"
				+ " select lock_name, kind, 'another item', generation, replica, recorded_at from startgate_record"
				+ " where kind = 'trouble'");
		assertThat(troubles("public")).isEqualTo(2);
		with("1").run((context) -> assertThat(context).hasNotFailed());
		assertThat(troubles("public")).isZero();
	}

	private Long troubles(String schema) {
		return this.jdbc.queryForObject("select count(*) from " + schema + ".startgate_record where kind = 'trouble'",
				Long.class);
	}

	private StartingReplica awaitFailure(StartingReplica migrator, String[] properties) {
		Awaitility.await()
			.atMost(PATIENCE)
			.until(() -> migrator.started().isDone()
					|| (migrator.isShowing() && migrator.gate().snapshot().state() == GateState.BLOCKED));
		return StartingReplica.of(this.database.properties(), properties);
	}

	@Test
	void aStrategyIsNotRunByWhoWaits() {
		migrate();
		List<String> runs = new CopyOnWriteArrayList<>();
		this.runner.withPropertyValues(WAIT, NOT_LONG)
			.withBean(FlywayMigrationStrategy.class, () -> (flyway) -> runs.add("run"))
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(runs).isEmpty();
	}

	private void migrate() {
		this.runner.run((context) -> assertThat(context).hasNotFailed());
	}

	private void insert(String version, String typeAndScript, boolean success) {
		this.jdbc.update(
				"insert into flyway_schema_history select max(installed_rank) + 1, '" + version + "', 'step " + version
						+ "', " + typeAndScript + ", 0, 'test', now(), 1, " + success + " from flyway_schema_history");
	}

	private ApplicationContextRunner with(String version) {
		return this.runner
			.withBean("early", MetadataSource.class,
					() -> new Metadata("early", version, MetadataSource.Phase.BEFORE_MIGRATIONS))
			.withBean("late", MetadataSource.class,
					() -> new Metadata("late", version, MetadataSource.Phase.AFTER_MIGRATIONS));
	}

}
