package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import javax.sql.DataSource;

import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.StartingReplica;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

import org.springframework.boot.test.system.CapturedOutput;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Patient migrations on PostgreSQL, where a migration is one transaction.
 */
@Tag("long")
class PatientMigrationTests extends AbstractPatientMigrationTests {

	private static final String WAITING = "select count(*) from pg_stat_activity where datname = current_database()"
			+ " and state = 'active' and query like '%s%%' and wait_event_type = 'Lock'";

	private final PostgresDatabase database = PostgresDatabase.create();

	@Test
	void whatCameBeforeItIsNotRunAgain() throws Exception {
		assertThatItIsRunOnce("select weight from parcel",
				"update parcel set weight = nextval('runs'); alter table parcel add column note int");
	}

	private void assertThatItIsRunOnce(String runs, String script, String... properties) throws Exception {
		jdbc().execute("create sequence runs");
		write(script);
		try (Connection blocker = block("select * from parcel");
				StartingReplica replica = start(TestApplication.join(properties, LIMIT))) {
			awaitMissed(replica, 2);
			blocker.rollback();
			replica.started().get();
		}
		assertThat(jdbc().queryForObject(runs, Integer.class)).isOne();
	}

	@Test
	void aStrongLockIsNotKeptMeanwhile(CapturedOutput output) throws Exception {
		jdbc().execute("create sequence runs");
		jdbc().execute("create table customer (id int)");
		write("alter table customer add column runs int default nextval('runs'); alter table parcel add column note int");
		jdbc().execute("insert into customer values (1)");
		try (Connection blocker = block("select * from parcel"); StartingReplica replica = start(LIMIT)) {
			awaitMissed(replica, 2);
			jdbc().queryForList("select id from customer");
			blocker.rollback();
			replica.started().get();
		}
		assertThat(jdbc().queryForObject("select runs from customer", Integer.class)).isGreaterThan(1);
		assertThat(output).doesNotContain("failed!");
	}

	/**
	 * The function stands for one of the extension: a rollback does not take back what it
	 * does.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "select dblink_exec('x')", "insert into customer select DBLINK_EXEC ('x')",
			"update customer set id = \"dblink_exec\"('x')",
			"copy (select nextval('runs')) to program 'cat > /dev/null'" })
	void whatHasAnEffectElsewhereIsNotRepeated(String statement) throws Exception {
		createTables();
		write(statement + "; alter table customer add column note int; alter table parcel add column note int");
		assertThatItWaitsWithoutATimeout();
		assertThat(jdbc().queryForObject("select last_value from runs", Integer.class)).isOne();
	}

	private void createTables() {
		jdbc().execute("create sequence runs");
		jdbc().execute("create table customer (id int)");
		jdbc().execute("insert into customer values (1)");
		jdbc().execute("create function dblink_exec(text) returns bigint language sql as 'select nextval(''runs'')'");
	}

	private void assertThatItWaitsWithoutATimeout(String... properties) throws Exception {
		try (Connection blocker = block("select * from parcel");
				StartingReplica replica = start(TestApplication.join(properties, LIMIT))) {
			Awaitility.await()
				.failFast(replica.started()::isDone)
				.until(() -> jdbc().queryForObject(
						WAITING.formatted("alter table parcel") + " and now() - query_start > '2 s'", Long.class) == 1);
			blocker.rollback();
			replica.started().get();
		}
		assertThat(columns()).contains("note");
	}

	/**
	 * What can't be done again may be that of an earlier migration in the transaction.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "select dblink_exec('x')", "commit" })
	void norIsThatOfAnEarlierOneOfTheGroup(String statement) throws Exception {
		createTables();
		write(statement + "; alter table customer add column note int");
		write(3, "alter table parcel add column note int");
		assertThatItWaitsWithoutATimeout("spring.flyway.group=true");
		assertThat(jdbc().queryForObject("select last_value from runs", Integer.class)).isOne();
	}

	@Test
	void aTableThatTheMigrationItselfHasCreatedIsInNobodysWay() throws Exception {
		assertThatItIsRunOnce("select id from customer",
				"create table customer (id int); create index on customer (id);"
						+ " insert into customer values (nextval('runs')); alter table parcel add column note int");
	}

	@Test
	void aShorterTimeoutOfTheApplicationWins() throws Exception {
		write("set local lock_timeout = '100ms'; alter table parcel add column note int");
		try (Connection blocker = block("select * from parcel");
				StartingReplica replica = start("startgate.ddl.lock-timeout=1h", "startgate.ddl.give-up-after=1h")) {
			awaitMissed(replica, 1);
			jdbc().execute("select pg_terminate_backend(" + session(blocker) + ")");
			replica.close();
		}
	}

	@Test
	void aPauseIsNoTransactionThatWasForgotten(CapturedOutput output) throws Exception {
		write("set local idle_in_transaction_session_timeout = '3s'; alter table parcel add column note int");
		try (Connection blocker = block("select * from parcel");
				StartingReplica replica = start("startgate.ddl.lock-timeout=8s")) {
			awaitMissed(replica, 2);
			blocker.rollback();
			replica.started().get();
		}
		assertThat(columns()).contains("note");
		assertThat(output).doesNotContain("idle-in-transaction", "That is a transient failure");
	}

	@Test
	void anIndexThatIsBuiltConcurrentlyWaits() throws Exception {
		write("create index concurrently by_weight on parcel (weight)");
		try (Connection blocker = block("update parcel set weight = 2"); StartingReplica replica = start(LIMIT)) {
			Awaitility.await()
				.until(() -> jdbc().queryForObject(
						WAITING.formatted("create index") + " and now() - query_start > '2 s'", Long.class) == 1);
			blocker.rollback();
			replica.started().get();
			assertThat(missed(replica)).isZero();
		}
		assertThat(jdbc().queryForObject("select indisvalid from pg_index where indexrelid = 'by_weight'::regclass",
				Boolean.class))
			.isTrue();
	}

	/**
	 * With a limit the block would go on without the column, and the migration would
	 * count as applied.
	 */
	@Test
	void aBlockThatCatchesEveryFailureWaits() throws Exception {
		write("do $$ begin alter table parcel add column note int; exception when others then null; end $$");
		try (Connection blocker = block("select * from parcel"); StartingReplica replica = start(LIMIT)) {
			Awaitility.await()
				.failFast(replica.started()::isDone)
				.until(() -> jdbc().queryForObject(WAITING.formatted("do") + " and now() - query_start > '2 s'",
						Long.class) == 1);
			blocker.rollback();
			replica.started().get();
			assertThat(missed(replica)).isZero();
		}
		assertThat(columns()).contains("note");
	}

	@Test
	void outsideATransactionTheStatementAloneIsTriedAgain() throws Exception {
		assertThatItIsRunOnce("select weight from parcel",
				"update parcel set weight = nextval('runs'); alter table parcel add column note int;"
						+ " create index concurrently by_weight on parcel (weight)",
				"spring.flyway.execute-in-transaction=false");
	}

	@Test
	void aTransactionThatTheScriptBeginsIsItsOwn() throws Exception {
		write("begin; alter table parcel add column note int; rollback; alter table parcel add column kept int");
		try (StartingReplica replica = start(LIMIT, "spring.flyway.execute-in-transaction=false")) {
			replica.started().get();
		}
		assertThat(columns()).contains("kept").doesNotContain("note");
	}

	/**
	 * In each attempt, an earlier migration of the group gets its lock.
	 */
	@Test
	void aGroupGivesUpAsAWhole() throws Exception {
		jdbc().execute("create table customer (id int)");
		write("alter table customer add column note int");
		write(3, "alter table parcel add column note int");
		try (Connection blocker = block("select * from parcel");
				StartingReplica replica = start(LIMIT, "startgate.ddl.give-up-after=4s", "spring.flyway.group=true")) {
			CompletableFuture<?> started = replica.started();
			Awaitility.await().until(() -> started.isDone() || (replica.isShowing() && missed(replica) > 7));
			blocker.rollback();
			assertThat(started).failsWithin(PATIENCE)
				.withThrowableThat()
				.withStackTraceContaining("V3 change (alter table parcel add column) did not get its lock in");
		}
	}

	/**
	 * The statement runs again outside a transaction. That run is no wait.
	 */
	@Test
	void whatCannotBeInATransactionIsNoPartOfTheNextWait() throws Exception {
		jdbc().execute("create function slow(i int) returns int immutable language plpgsql as"
				+ " $$ begin perform pg_sleep(coalesce(current_setting('app.pause', true), '0')::int); return i; end $$");
		jdbc().execute("create table parts (id int) partition by range (id)");
		jdbc().execute("create table part partition of parts for values from (0) to (9)");
		jdbc().execute("insert into parts values (1)");
		jdbc().execute("create index on parts (slow(id))");
		write("set app.pause = 5; reindex table parts; alter table parcel add column note int");
		try (Connection blocker = block("select * from parcel");
				StartingReplica replica = start(LIMIT, "startgate.ddl.give-up-after=4s",
						"spring.flyway.execute-in-transaction=false")) {
			awaitMissed(replica, 1);
			blocker.rollback();
			replica.started().get();
		}
		assertThat(columns()).contains("note");
	}

	/**
	 * Such a wait is shown like any other wait, and so is the wait that comes after it.
	 */
	@Test
	void whoWaitsWithoutATimeoutIsShownAsEver(CapturedOutput output) throws Exception {
		jdbc().execute("create table customer (id int)");
		write("commit; alter table customer add column note int; alter table parcel add column note int;"
				+ " select pg_advisory_xact_lock(7)");
		try (Connection keeper = block("select pg_advisory_xact_lock(7)");
				Connection blocker = block("select * from parcel");
				StartingReplica replica = start(LIMIT, "startgate.lock.lease=15s")) {
			for (Connection one : List.of(blocker, keeper)) {
				Awaitility.await()
					.failFast(replica.started()::isDone)
					.until(() -> output.getAll().contains("V2 change waits for session " + session(one))
							&& current(replica).contains("waits for session " + session(one)));
				one.rollback();
			}
			replica.started().get();
		}
		assertThat(output)
			.containsPattern("V2 change \\(alter table parcel add column\\) waits for .* without a time-out: its"
					+ " transaction has other locks that it can't give back")
			.doesNotContain("tries again in");
		assertThat(columns()).contains("note");
	}

	@Test
	void whoGotItsLockAndTakesLongDoesNotWaitAnyMore() throws Exception {
		write("do $$ begin lock table parcel; perform pg_sleep(8); end $$");
		try (Connection blocker = block("select * from parcel");
				StartingReplica replica = start("startgate.ddl.lock-timeout=4s")) {
			Awaitility.await()
				.failFast(replica.started()::isDone)
				.until(() -> current(replica).contains("waits for session " + session(blocker)));
			blocker.rollback();
			Awaitility.await().failFast(replica.started()::isDone).until(() -> current(replica).equals("V2 change"));
			replica.started().get();
		}
	}

	@Override
	String takesLong() {
		return "do $$ begin lock table parcel; perform pg_sleep(4); end $$";
	}

	@Override
	String[] database() {
		return this.database.properties();
	}

	@Override
	DataSource dataSource() {
		return this.database.dataSource();
	}

	@Override
	String end(long session) {
		return "select pg_terminate_backend(" + session + ")";
	}

	@Override
	long session(Connection connection) throws SQLException {
		return connection.unwrap(PGConnection.class).getBackendPID();
	}

	@Override
	String waitingReaders() {
		return WAITING.formatted("select count(id)");
	}

	@Override
	String waitingLong() {
		return WAITING.formatted("update parcel") + " and now() - query_start > '2 s'";
	}

	@Override
	String timeout() {
		return "current_setting('lock_timeout')";
	}

}
