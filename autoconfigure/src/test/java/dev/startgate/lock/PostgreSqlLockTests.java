package dev.startgate.lock;

import java.lang.Thread.State;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.startgate.coordination.DatabaseUnreachableException;
import dev.startgate.coordination.HolderNote;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.Lock;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.lock.LockTableException.Problem;
import dev.startgate.testing.InterceptedDataSource;
import dev.startgate.testing.PostgresDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link LockContract} on PostgreSQL, with a session in another time zone.
 */
@Tag("long")
class PostgreSqlLockTests extends LockContract {

	private final PostgresDatabase database = PostgresDatabase.create();

	@Override
	String url() {
		return PostgresDatabase.create().url() + "?options=-c%20TimeZone=Asia/Kolkata";
	}

	@Override
	String user() {
		return "postgres";
	}

	@Test
	void rightsThatAreRevokedAreNamedAlsoWhereTwoThreadsMeetThem() throws SQLException {
		JdbcTemplate jdbc = this.database.jdbc();
		String user = "u" + System.nanoTime();
		jdbc.execute("create user " + user);
		jdbc.execute("grant all on schema public to " + user);
		DriverManagerDataSource plain = new DriverManagerDataSource(this.database.url(), user, "");
		AtomicReference<Runnable> before = new AtomicReference<>();
		// statements that look at the rights are prepared instead
		DataSource watched = new InterceptedDataSource(this.database.url(), user, (number, method, arguments) -> {
			Runnable once = method.equals("createStatement") ? before.getAndSet(null) : null;
			if (once != null) {
				once.run();
			}
		});
		try (Lock lock = open("one", 0, schema(watched)); Connection work = plain.getConnection()) {
			Lease lease = acquire(lock);
			lease.notes().write(HolderNote.Kind.INTENT, "1", "begins");
			jdbc.execute("revoke all on startgate_record from " + user);
			before.set(
					() -> CompletableFuture
						.runAsync(() -> assertThatExceptionOfType(LockTableException.class)
							.isThrownBy(() -> lease.notes().write(HolderNote.Kind.INTENT, "2", "begins")))
						.join());
			assertThatExceptionOfType(LockTableException.class).isThrownBy(() -> lease.sessions().fence(work))
				.satisfies((ex) -> assertThat(ex.getProblem()).isEqualTo(Problem.MAY_NOT_USE));
			lease.abandon("the test is over");
		}
	}

	@Test
	void aSchemaThatTheUserMayNotNameIsPartOfWhatHelps() throws SQLException {
		JdbcTemplate jdbc = this.database.jdbc();
		String user = "u" + System.nanoTime();
		jdbc.execute("create user " + user);
		jdbc.execute("create schema apart authorization " + user);
		ProtectedSchema target = schema(
				new DriverManagerDataSource(this.database.url() + "?currentSchema=apart", user, ""), "apart");
		open("one", 0, target).close();
		jdbc.execute("alter schema apart owner to postgres");
		jdbc.execute("revoke all on schema apart from " + user);
		assertThatExceptionOfType(LockTableException.class).isThrownBy(() -> open("one", 0, target))
			.satisfies(
					(ex) -> assertThat(ex.getStatements()).first().isEqualTo("grant usage on schema apart to " + user))
			.satisfies((ex) -> ex.getStatements().forEach(jdbc::execute));
		open("one", 0, target).close();
	}

	/**
	 * HikariCP closes a connection at this answer. The functions stand for those of a
	 * database that has no such locks.
	 */
	@Test
	void aPoolMayCloseConnectionsIfTheDatabaseRefusesSuchLocks() {
		JdbcTemplate jdbc = this.database.jdbc();
		jdbc.execute("create schema refusing");
		for (String function : List.of("pg_try_advisory_xact_lock", "pg_try_advisory_lock")) {
			jdbc.execute("create function refusing." + function + "(bigint) returns boolean language plpgsql"
					+ " as $$ begin raise 'not implemented' using errcode = '0A000'; end $$");
		}
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl(this.database.url() + "?options=-c%20search_path=public,refusing,pg_catalog");
			pool.setUsername("postgres");
			try (Lock lock = open("one", 0, schema(pool)); Lease lease = acquire(lock)) {
				Awaitility.await().until(() -> lease.clear().isEmpty());
				assertThat(lease.sessions().isExclusive()).isFalse();
			}
		}
	}

	/**
	 * A migration that is tried again listens anew. It must hear of the session that has
	 * blocked the first attempt, too.
	 */
	@Test
	void eachListenerHearsWhatBlocksRightNow() throws SQLException {
		DriverManagerDataSource source = new DriverManagerDataSource(this.database.url(), "postgres", "");
		this.database.jdbc().execute("create table parcel (id int)");
		try (Lock lock = open("one", 0, schema(source));
				Lease lease = acquire(lock);
				Connection blocker = source.getConnection();
				Connection work = source.getConnection()) {
			blocker.setAutoCommit(false);
			blocker.createStatement().execute("lock table parcel");
			lease.sessions().guard(work);
			CompletableFuture<Void> blocked = CompletableFuture.runAsync(() -> {
				try {
					work.createStatement().execute("alter table parcel add note int");
				}
				catch (SQLException ex) {
					throw new IllegalStateException(ex);
				}
			});
			for (int listener = 1; listener <= 2; listener++) {
				AtomicReference<String> heard = new AtomicReference<>("");
				lease.sessions().onBlocked((session) -> heard.set(String.valueOf(session)));
				Awaitility.await().failFast(blocked::isDone).until(() -> heard.get().startsWith("session "));
			}
			blocker.rollback();
			blocked.join();
		}
	}

	/**
	 * MariaDB's driver connects once more to abort a connection, and may wait for long.
	 */
	@Test
	void aConnectionThatHangsWhenItIsAbortedHoldsUpNobody() throws SQLException {
		CountDownLatch end = new CountDownLatch(1);
		DataSource hanging = new InterceptedDataSource(this.database.url(), "postgres", (number, method, arguments) -> {
			if (method.equals("abort")) {
				Awaitility.await().until(() -> end.getCount() == 0);
			}
		});
		DriverManagerDataSource source = new DriverManagerDataSource(this.database.url(), "postgres", "");
		try (Lock lock = open("one", 0, schema(source));
				Lease lease = acquire(lock);
				Connection work = hanging.getConnection()) {
			lease.sessions().guard(work);
			assertThat(CompletableFuture.runAsync(() -> lease.abandon("the test is over"))).succeedsWithin(PATIENCE);
			end.countDown();
		}
	}

	/**
	 * The failure names what makes the database read-only, even if that came after the
	 * lock was opened.
	 */
	@Test
	void aDatabaseThatIsMadeReadOnlyLaterSaysWhy() {
		DriverManagerDataSource source = new DriverManagerDataSource(this.database.url(), "postgres", "");
		JdbcTemplate jdbc = this.database.jdbc();
		try (Lock lock = open("one", 0, schema(source))) {
			jdbc.execute("alter database " + this.database.name() + " set default_transaction_read_only = on");
			jdbc.execute("select pg_terminate_backend(pid) from pg_stat_activity"
					+ " where datname = current_database() and pid <> pg_backend_pid()");
			Awaitility.await()
				.ignoreExceptionsInstanceOf(DatabaseUnreachableException.class)
				.untilAsserted(
						() -> assertThatExceptionOfType(ReadOnlyDatabaseException.class).isThrownBy(lock::tryAcquire)
							.satisfies((ex) -> assertThat(ex.getRemedy()).contains("; alter database ")));
		}
	}

	@Test
	void aDatabaseThatIsGoneWhenTheLeaseIsAskedForIsUnreachable() {
		AtomicBoolean gone = new AtomicBoolean();
		DataSource source = new InterceptedDataSource(this.database.url(), "postgres", (number, method, arguments) -> {
			if (method.equals("isValid")) {
				this.database.jdbc()
					.execute("select pg_terminate_backend(pid) from pg_stat_activity"
							+ " where datname = current_database() and pid <> pg_backend_pid()");
				gone.set(true);
			}
			else if (gone.get() && method.equals("getConnection")) {
				throw new SQLException("The server is gone", "08001");
			}
		});
		try (Lock lock = open("one", 0, schema(source))) {
			assertThatExceptionOfType(DatabaseUnreachableException.class).isThrownBy(lock::tryAcquire);
			assertThat(gone).isTrue();
		}
	}

	@Test
	void aConnectionOfAnotherPoolKeepsItsOwnLimit() throws SQLException {
		DriverManagerDataSource limited = new DriverManagerDataSource(this.database.url() + "?socketTimeout=30",
				"postgres", "");
		try (Connection pooled = limited.getConnection()) {
			open("one", 0, schema(new SingleConnectionDataSource(pooled, true))).close();
			assertThat(pooled.getNetworkTimeout()).isEqualTo(30_000);
		}
	}

	@Test
	void itKeepsItAlsoIfItsInitializationFails() throws SQLException {
		DriverManagerDataSource limited = new DriverManagerDataSource(this.database.url() + "?socketTimeout=30",
				"postgres", "");
		try (Connection pooled = limited.getConnection()) {
			pooled.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			ProtectedSchema target = new ProtectedSchema(new SingleConnectionDataSource(pooled, true), (connection) -> {
				throw new SQLException("No such role", "22023");
			}, null, "history", ProtectedSchema.NOTHING);
			assertThatExceptionOfType(LockFailedException.class).isThrownBy(() -> open("one", 0, target));
			assertThat(pooled.getNetworkTimeout()).isEqualTo(30_000);
			assertThat(pooled.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
		}
	}

	@Test
	void theLimitOfOtherConnectionsStaysAsItWas() {
		DriverManager.setLoginTimeout(30);
		try (Lock lock = open("one", 0, schema(pool()))) {
			assertThat(lock.tryAcquire()).hasValueSatisfying(Lease::close);
		}
		assertThat(DriverManager.getLoginTimeout()).isEqualTo(30);
	}

	@Test
	void theLimitOfADataSourceInThePoolStaysAsItWas() throws SQLException {
		PGSimpleDataSource inner = new PGSimpleDataSource();
		inner.setUrl(this.database.url());
		inner.setUser("postgres");
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setDataSource(inner);
			pool.getConnection().close();
			assertThat(inner.getLoginTimeout()).isEqualTo(30);
			try (Lock lock = open("one", 0, schema(pool))) {
				assertThat(lock.tryAcquire()).hasValueSatisfying(Lease::close);
			}
			assertThat(inner.getLoginTimeout()).isEqualTo(30);
		}
	}

	/**
	 * This generation decides whether a later holder may resume what this one leaves.
	 */
	@Test
	void itsSessionHasItsGenerationAlsoIfItHasCountedTwice() {
		AtomicBoolean counts = new AtomicBoolean();
		DataSource source = new InterceptedDataSource(this.database.url(), "postgres", (number, method, arguments) -> {
			if (counts.get() && method.equals("setAutoCommit") && arguments[0].equals(true)
					&& !generations("fence").isEmpty()) {
				counts.set(false);
				throw new SQLException("The answer is lost", "08006");
			}
		});
		try (Lock lock = open("one", 0, schema(source)); Lease lease = lock.tryAcquire().orElseThrow()) {
			counts.set(true);
			assertThatExceptionOfType(DatabaseUnreachableException.class).isThrownBy(lease::clear);
			assertThat(generations("fence")).containsExactly(1L);
			assertThat(lease.clear()).isEmpty();
			assertThat(generations("fence")).containsExactly(2L);
			assertThat(generations("session")).containsExactly(2L);
		}
	}

	private List<Long> generations(String kind) {
		JdbcTemplate jdbc = this.database.jdbc();
		return jdbc.queryForList("select generation from startgate_record where kind = ?", Long.class, kind);
	}

	@Test
	void aProcessThatEndsDoesNotFindOutAboutSessions() {
		InterceptedDataSource source = new InterceptedDataSource(this.database.url(), "postgres",
				(number, method, arguments) -> {
					if (number > 1 && method.equals("getConnection")) {
						Thread.currentThread().interrupt();
						throw new SQLException("Interrupted");
					}
				});
		try (Lock lock = open("one", 0, schema(source))) {
			assertThatExceptionOfType(LockFailedException.class).isThrownBy(lock::tryAcquire);
			assertThat(Thread.interrupted()).isTrue();
			assertThat(source.connections()).isEqualTo(2);
		}
	}

	/**
	 * ShedLock renews in a transaction of its own, on the connection that also writes the
	 * notes. Another session holds the row, so the renewal stays in the middle.
	 */
	@Test
	void aNoteWaitsForARenewalInTheMiddle() throws Exception {
		DriverManagerDataSource source = new DriverManagerDataSource(this.database.url(), "postgres", "");
		try (Lock lock = open("one", 0, schema(source), Duration.ofSeconds(6));
				Lease lease = acquire(lock);
				Connection other = source.getConnection()) {
			other.setAutoCommit(false);
			try (Statement statement = other.createStatement()) {
				statement.execute("select * from startgate_lock for update");
			}
			Awaitility.await()
				.until(() -> this.database.jdbc()
					.queryForObject(
							"select count(*) from pg_stat_activity where wait_event_type = 'Lock' "
									+ "and query like '%startgate_lock%' and datname = current_database()",
							Integer.class) == 1);
			CompletableFuture<Void> note = new CompletableFuture<>();
			Thread writer = new Thread(() -> note.completeAsync(() -> {
				lease.notes().write(HolderNote.Kind.POSITION, "V4", "here");
				return null;
			}, Runnable::run));
			writer.start();
			Awaitility.await().until(() -> writer.getState() == State.BLOCKED || writer.getState() == State.WAITING);
			other.rollback();
			assertThat(note).succeedsWithin(PATIENCE);
			lease.ensureHeld();
		}
	}

}
