package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;

import dev.startgate.ChunkedMigration;
import dev.startgate.dropin.BootAutoConfigurations;
import dev.startgate.gate.Gate;
import dev.startgate.gate.Occurrence;
import dev.startgate.testing.PostgresDatabase;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A migration in chunks under the lock: shown, tried again, resumed and fenced.
 */
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
			assertThat(context.getBean(Gate.class).journal().entries().count(Occurrence.ROW_CHANGED)).isEqualTo(1100);
		});
		assertThat(this.jdbc.queryForList("select distinct changes from parcel", Integer.class)).containsExactly(1);
		assertThat(
				this.jdbc.queryForObject("select count(*) from startgate_record where kind = 'position'", Long.class))
			.as("erased once it is recorded as applied")
			.isZero();
	}

	@Test
	void aChunkThatIsTheVictimOfADeadlockIsTriedAgain(CapturedOutput output) throws Exception {
		try (Connection other = this.database.dataSource().getConnection();
				Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("set local deadlock_timeout = '1min'");
			statement.execute("select * from parcel where id = 20 for update");
			CompletableFuture<Void> started = start("startgate.retry.delay=10ms",
					"spring.datasource.url=" + this.database.url() + "?options=-c%20deadlock_timeout=3s");
			awaitWaiting();
			statement.execute("update parcel set id = id where id = 11");
			other.commit();
			started.join();
		}
		assertThat(output).contains("A step of flyway_schema_history V2 failed", "deadlock detected", "retry 1 of 5");
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
		return CompletableFuture.runAsync(() -> with(new V2__Limit()).withPropertyValues(properties)
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

	private ApplicationContextRunner with(ChunkedMigration migration) {
		return new ApplicationContextRunner().withConfiguration(BootAutoConfigurations.with())
			.withPropertyValues(this.database.properties())
			.withPropertyValues("spring.flyway.locations=", "spring.flyway.baseline-on-migrate=true")
			.withBean(ChunkedMigration.class, () -> migration);
	}

	private static final class V2__Keys extends ChunkedMigration {

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

	private static final class V2__Limit extends ChunkedMigration {

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
