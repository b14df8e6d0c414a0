package dev.startgate.flyway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import dev.startgate.ChunkedMigration;
import dev.startgate.gate.Gate;
import dev.startgate.gate.StartCounter;
import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.PostgresDatabase;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
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

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A migration in chunks under the lock is shown, tried again, resumed and fenced.
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class WatchedChunksTests {

	private final PostgresDatabase database = PostgresDatabase.create();

	private final JdbcTemplate jdbc = this.database.jdbc();

	@BeforeEach
	void rows() {
		this.jdbc.execute("create table parcel (id int primary key, changes int not null default 0)");
		this.jdbc.update("insert into parcel select generate_series(11, 2510)");
	}

	@Test
	void aRangeThatIsCommittedIsNotDoneAgain() {
		this.jdbc.execute("alter table parcel add constraint stop check (id < 1500 or changes = 0)");
		with(new V2__Keys()).run((context) -> assertThat(context).hasFailed());
		assertThat(changed()).isEqualTo(1400);
		this.jdbc.execute("alter table parcel drop constraint stop");
		this.jdbc.update("delete from flyway_schema_history where not success");
		with(new V2__Keys()).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Gate.class).journal().entries().count(StartCounter.ROW_CHANGED)).isEqualTo(1100);
		});
		assertThat(this.jdbc.queryForList("select distinct changes from parcel", Integer.class)).containsExactly(1);
		assertThat(
				this.jdbc.queryForObject("select count(*) from startgate_record where kind = 'position'", Long.class))
			.as("erased once it is recorded as applied")
			.isZero();
	}

	/** One of two releases leaves the schema to the connection. */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aRangeIsNotDoneAgainByAReplicaThatNamesItsSchemaDifferently(boolean first) {
		String[] left = {};
		String[] named = { "spring.flyway.default-schema=public" };
		this.jdbc.execute("alter table parcel add constraint stop check (id < 1500 or changes = 0)");
		with(new V2__Keys()).withPropertyValues(first ? named : left).run((context) -> assertThat(context).hasFailed());
		assertThat(changed()).isEqualTo(1400);
		this.jdbc.execute("alter table parcel drop constraint stop");
		this.jdbc.update("delete from flyway_schema_history where not success");
		with(new V2__Keys()).withPropertyValues(first ? left : named)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.jdbc.queryForList("select distinct changes from parcel", Integer.class)).containsExactly(1);
		assertThat(this.jdbc.queryForList("select item from startgate_record where kind in ('position', 'failure')"))
			.isEmpty();
	}

	/** Two histories have one lock, and one database with the tables of the lock. */
	@Test
	void aRangeOfAnotherSchemaIsLeftToIt() {
		String[] shared = { "startgate.lock.name=shared", "startgate.tables.schema=public" };
		this.jdbc.execute("alter table parcel add constraint stop check (id < 1500 or changes = 0)");
		with(new V2__Keys()).withPropertyValues(shared).run((context) -> assertThat(context).hasFailed());
		this.jdbc.execute("alter table parcel drop constraint stop");
		with(new V3__Other()).withPropertyValues(shared)
			.withPropertyValues("spring.flyway.default-schema=other")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.jdbc.queryForList("select item from startgate_record where kind = 'position'", String.class))
			.containsExactly("flyway_schema_history V2");
	}

	/** The rows that it has changed violate its own precondition. */
	@Test
	void oneThatGoesOnIsNotAskedItsPreconditionAgain(@TempDir Path preconditions) throws IOException {
		Files.writeString(preconditions.resolve("V2__nothing_is_changed.sql"),
				"select id from parcel where changes > 0");
		String location = "startgate.preconditions.locations=filesystem:" + preconditions;
		this.jdbc.execute("alter table parcel add constraint stop check (id < 1500 or changes = 0)");
		with(new V2__Keys(1)).withPropertyValues(location).run((context) -> assertThat(context).hasFailed());
		assertThat(changed()).isEqualTo(1400);
		this.jdbc.execute("alter table parcel drop constraint stop");
		this.jdbc.update("delete from flyway_schema_history where not success");
		with(new V2__Keys(2)).withPropertyValues(location)
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining("more than 1000 violations"));
		with(new V2__Keys(1)).withPropertyValues(location).run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.jdbc.queryForList("select distinct changes from parcel", Integer.class)).containsExactly(1);
	}

	@Test
	void oneThatHasFailedForAReasonThatPassesGoesOnInALaterStartThatIsToldTo() throws Exception {
		try (Connection other = this.database.dataSource().getConnection();
				Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("select * from parcel where id = 1500 for update");
			with(new V2__Keys())
				.withPropertyValues("startgate.retry.max-retries=0",
						"spring.datasource.url=" + this.database.url() + "?options=-c%20lock_timeout=1s")
				.run((context) -> assertThat(context).getFailure().hasStackTraceContaining("lock timeout"));
			other.rollback();
		}
		assertThat(this.database.history()).as("recorded as failed").containsExactly("1", "2");
		with(new V2__Keys()).withPropertyValues("startgate.on-interrupted=rerun").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Gate.class).journal().entries().count(StartCounter.ROW_CHANGED)).isEqualTo(1100);
		});
		assertThat(this.jdbc.queryForList("select distinct changes from parcel", Integer.class)).containsExactly(1);
	}

	@Test
	void oneThatLostItsLeaseBetweenTwoChunksGoesOnInTheNextStart() {
		CompletableFuture<Void> started = CompletableFuture.runAsync(() -> with(new V2__Limit(Duration.ofSeconds(15)))
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining("generation 99 has begun")));
		Awaitility.await().until(() -> changed() == 1000);
		this.jdbc.update("update startgate_record set generation = 99 where kind = 'fence'");
		started.join();
		assertThat(changed()).as("nothing more is committed").isEqualTo(1000);
		assertThat(this.database.history()).as("not recorded as failed").containsExactly("1");
		this.jdbc.update("update startgate_lock set lock_until = now() - interval '1 second'");
		with(new V2__Limit(Duration.ZERO)).run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.jdbc.queryForList("select distinct changes from parcel", Integer.class)).containsExactly(1);
	}

	@Test
	void oneThatIsStoppedBetweenTwoChunksIsNotRecordedAsFailed() throws InterruptedException {
		Thread starting = new Thread(
				() -> with(new V2__Limit(Duration.ofMinutes(1))).run((context) -> assertThat(context).hasFailed()),
				"starting");
		starting.start();
		Awaitility.await().until(() -> changed() == 1000 && starting.getState() == Thread.State.TIMED_WAITING);
		starting.interrupt();
		starting.join();
		assertThat(this.database.history()).containsExactly("1");
		with(new V2__Limit(Duration.ZERO)).run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.jdbc.queryForList("select distinct changes from parcel", Integer.class)).containsExactly(1);
	}

	@Test
	void aPositionIsThatOfOneChecksumOnly() {
		this.jdbc.execute("alter table parcel add constraint stop check (id < 1500 or changes = 0)");
		with(new V2__Keys(1)).run((context) -> assertThat(context).hasFailed());
		assertThat(changed()).isEqualTo(1400);
		this.jdbc.execute("alter table parcel drop constraint stop");
		this.jdbc.update("delete from flyway_schema_history where not success");
		with(new V2__Keys(2)).run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.jdbc.queryForObject("select count(*) from parcel where changes = 2", Long.class))
			.as("another migration begins at the first row")
			.isEqualTo(1400);
		assertThat(changed()).isEqualTo(1100);
	}

	@Test
	void anOlderReplicaLeavesThePositionOfANewerContent() {
		with(new R__Keys(1)).run((context) -> assertThat(context).hasNotFailed());
		this.jdbc.execute("alter table parcel add constraint stop check (id < 1500 or changes = 1)");
		with(new R__Keys(2)).run((context) -> assertThat(context).hasFailed());
		assertThat(changed()).as("left to do").isEqualTo(1100);
		this.jdbc.execute("alter table parcel drop constraint stop");
		this.jdbc.update("delete from flyway_schema_history where not success");
		with(new R__Keys(1), new V3__Other()).run((context) -> assertThat(context).hasNotFailed());
		with(new R__Keys(2), new V3__Other()).run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.jdbc.queryForList("select distinct changes from parcel", Integer.class)).containsExactly(2);
	}

	/**
	 * Each step is followed by another row, as if others kept on adding some.
	 */
	@Test
	void itEndsAlthoughOthersAddRows() {
		this.jdbc.execute("create function add_row() returns trigger language plpgsql as $$ begin"
				+ " insert into parcel select max(id) + 1 from parcel; return null; end $$");
		this.jdbc.execute("create trigger add_row after update on parcel execute function add_row()");
		with(new V2__Keys()).run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.jdbc.queryForObject("select count(*) from parcel where id <= 2510 and changes = 0", Long.class))
			.isZero();
	}

	@Test
	void aPositionIsForgottenWhenItsMigrationIsDone() {
		with(new V2__Keys()).run((context) -> assertThat(context).hasNotFailed());
		this.jdbc
			.update("insert into startgate_record (lock_name, kind, item, generation, replica, detail, recorded_at)"
					+ " values ('public.flyway_schema_history', 'position', 'flyway_schema_history V2', 1, 'x',"
					+ " 'null 2511', now())");
		with(new V2__Keys(), new V3__Other()).run((context) -> assertThat(context).hasNotFailed());
		this.jdbc.update("delete from flyway_schema_history where version in ('2', '3')");
		with(new V2__Keys()).run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.jdbc.queryForList("select distinct changes from parcel", Integer.class)).containsExactly(2);
	}

	@Test
	void aChunkThatIsTheVictimOfADeadlockIsTriedAgain(CapturedOutput output) throws Exception {
		try (Connection other = this.database.dataSource().getConnection();
				Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("set local deadlock_timeout = '1min'");
			statement.execute("select * from parcel where id = 20 for update");
			CompletableFuture<Void> started = start("startgate.retry.delay=10ms",
					"spring.datasource.url=" + this.database.url() + "?options=-c%20deadlock_timeout=15s");
			awaitWaiting();
			statement.execute("update parcel set id = id where id = 11");
			other.commit();
			started.join();
		}
		assertThat(output).contains("A chunk of flyway_schema_history V2 failed", "deadlock detected", "retry 1 of 5");
		assertThat(this.jdbc.queryForList("select distinct changes from parcel", Integer.class)).containsExactly(1);
		assertThat(this.database.history()).endsWith("2");
	}

	@Test
	void howFarItIsCanBeSeen() throws Exception {
		try (Connection other = this.database.dataSource().getConnection();
				Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("select * from parcel where id = 1500 for update");
			CompletableFuture<Void> started = start();
			awaitWaiting();
			assertThat(changed()).as("what is committed").isEqualTo(1000);
			Awaitility.await()
				.untilAsserted(() -> assertThat(this.jdbc
					.queryForList("select detail from startgate_record where kind = 'progress'", String.class))
					.as("what the waiting replicas read")
					.singleElement(InstanceOfAssertFactories.STRING)
					.containsPattern("V2 Limit: 1000 rows, \\d+ a second, 40 %, \\d+ s left"));
			other.rollback();
			started.join();
		}
	}

	private CompletableFuture<Void> start(String... properties) {
		return CompletableFuture.runAsync(() -> with(new V2__Limit(Duration.ZERO)).withPropertyValues(properties)
			.run((context) -> assertThat(context).hasNotFailed()));
	}

	private void awaitWaiting() {
		Awaitility.await()
			.until(() -> this.jdbc.queryForObject(
					"select count(*) from pg_locks where not granted and mode = 'ShareLock'", Long.class) > 0);
	}

	private int changed() {
		return this.jdbc.queryForObject("select count(*) from parcel where changes = 1", Integer.class);
	}

	private ApplicationContextRunner with(JavaMigration... migrations) {
		ApplicationContextRunner runner = new ApplicationContextRunner()
			.withConfiguration(BootAutoConfigurations.with())
			.withPropertyValues(this.database.properties())
			.withPropertyValues("spring.flyway.locations=", "spring.flyway.baseline-on-migrate=true");
		for (JavaMigration migration : migrations) {
			runner = runner.withBean(migration.getClass().getName(), JavaMigration.class, () -> migration);
		}
		return runner;
	}

	private static class Keys extends ChunkedMigration {

		private final Integer checksum;

		private Keys(Integer checksum) {
			this.checksum = checksum;
		}

		@Override
		public Integer getChecksum() {
			return this.checksum;
		}

		@Override
		protected String statement() {
			return "update parcel set changes = changes + 1 where id >= :from and id < :to";
		}

		@Override
		protected String keys() {
			return "select min(id), max(id) from parcel";
		}

		@Override
		protected int chunkSize() {
			return 700;
		}

	}

	private static final class V2__Keys extends Keys {

		private V2__Keys() {
			this(null);
		}

		private V2__Keys(Integer checksum) {
			super(checksum);
		}

	}

	private static final class R__Keys extends Keys {

		private R__Keys(Integer checksum) {
			super(checksum);
		}

	}

	private static final class V3__Other extends BaseJavaMigration {

		@Override
		public void migrate(Context context) {
		}

	}

	private static final class V2__Limit extends ChunkedMigration {

		private final Duration pause;

		private V2__Limit(Duration pause) {
			this.pause = pause;
		}

		@Override
		protected Duration pause() {
			return this.pause;
		}

		@Override
		protected String statement() {
			return "update parcel set changes = changes + 1"
					+ " where id in (select id from parcel where changes = 0 order by id limit :chunk)";
		}

		@Override
		protected String remaining() {
			return "select count(*) from parcel where changes = 0";
		}

	}

}
