package dev.startgate.lock;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.coordination.DatabaseUnreachableException;
import dev.startgate.coordination.HolderNote;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.LeaseLostException;
import dev.startgate.coordination.Lock;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.gate.Gate;
import dev.startgate.gate.ShownLease;
import dev.startgate.gate.StartCounter;
import dev.startgate.gate.StartExecutors;
import dev.startgate.gate.Time;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a lock does about a holder that did not release it, on databases that tell of
 * their sessions.
 */
@ExtendWith(OutputCaptureExtension.class)
abstract class TakeoverContract {

	private static final Duration LEASE = Duration.ofSeconds(60);

	private final StartExecutors threads = new StartExecutors();

	/** Threads of a holder that vanishes: without them nothing is renewed. */
	private final StartExecutors vanishing = new StartExecutors();

	private final HikariDataSource pool = pool();

	private final JdbcTemplate jdbc = new JdbcTemplate(this.pool);

	private final Sessions sessions = sessions();

	abstract String url();

	abstract String user();

	abstract Sessions sessions();

	/**
	 * Return a statement that runs for two seconds.
	 */
	abstract String slowStatement();

	private HikariDataSource pool() {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl(url());
		dataSource.setUsername(user());
		dataSource.setMaximumPoolSize(6);
		return dataSource;
	}

	@AfterEach
	void close() {
		this.pool.close();
		this.threads.close();
		this.vanishing.close();
	}

	@Test
	void whoHasVanishedIsNotWaitedFor() throws SQLException {
		try (Lock one = open("one", this.vanishing, false);
				Lock other = open("other", this.threads, false);
				Connection work = connect()) {
			Lease lease = acquire(one);
			lease.sessions().guard(work);
			assertThat(other.look().suspect()).isFalse();
			vanish();
			end(1);
			assertThat(other.look().suspect()).as("one session of two is left").isFalse();
			end(0);
			Lock.View first = Awaitility.await().until(other::look, Lock.View::suspect);
			assertThat(first.holder()).as("a second look is needed").isNotNull();
			Awaitility.await().atMost(LEASE.dividedBy(2)).until(() -> other.look().holder() == null);
			acquire(other).close();
			assertThat(recordedSessions()).isEmpty();
		}
	}

	/**
	 * On a busy machine it takes a while to record the first session.
	 */
	@Test
	void whoHasJustAcquiredTheLeaseIsNotTakenForDead() throws SQLException {
		try (Lock one = open("one", this.vanishing, false); Lock other = open("other", this.threads, false)) {
			acquire(one);
			vanish();
			end(0);
			this.jdbc.update("delete from startgate_record where kind = 'session'");
			this.jdbc.update("update startgate_lock set locked_at = locked_at + interval '60' second");
			Awaitility.await()
				.during(Duration.ofSeconds(2))
				.atMost(Duration.ofSeconds(9))
				.until(() -> other.look().holder() != null);
			this.jdbc.update("update startgate_lock set locked_at = locked_at - interval '90' second");
			Awaitility.await().until(() -> other.look().holder() == null);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "somebody on another-server:5432", "somebody whose server was not recorded" })
	void whoseSessionsCanNotBeLookedForHereIsWaitedForUntilTheLeaseHasRunOut(String recorded) throws SQLException {
		try (Lock one = open("one", this.vanishing, false); Lock other = open("other", this.threads, false)) {
			acquire(one);
			this.jdbc.update("update startgate_record set detail = ? where kind = 'session'", recorded);
			vanish();
			end(0);
			Awaitility.await()
				.during(Duration.ofSeconds(3))
				.atMost(Duration.ofSeconds(9))
				.until(() -> other.look().holder() != null);
			runOut();
			assertThat(other.look().holder()).isNull();
			try (Lease lease = acquire(other)) {
				assertThat(lease.sessions().arePredecessorsGone(1)).isFalse();
			}
			assertThat(recordedSessions()).isEmpty();
			try (Lease lease = acquire(other)) {
				assertThat(lease.sessions().arePredecessorsGone(1)).isTrue();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "somebody on another-server:5432", "somebody whose server was not recorded" })
	void whatCanNotBeSeenIsKnownUntilNoScriptOfItMayGoOn(String recorded) throws SQLException {
		try (Lock one = open("one", this.vanishing, false); Lock other = open("other", this.threads, false)) {
			begin(acquire(one));
			this.jdbc.update("update startgate_record set detail = ? where kind = 'session'", recorded);
			vanish();
			end(0);
			runOut();
			isKnownUntilNoScriptOfItMayGoOn(other);
		}
	}

	@Test
	void whoWasBehindAPoolerIsKnownUntilNoScriptOfItMayGoOn() throws SQLException {
		try (Connection lent = connect();
				Lock one = open("one", this.vanishing, false, new SingleConnectionDataSource(lent, true));
				Lock other = open("other", this.threads, false)) {
			Lease lease = one.tryAcquire().orElseThrow();
			Awaitility.await().until(() -> lease.clear().isEmpty());
			assertThat(lease.sessions().isExclusive()).isFalse();
			begin(lease);
			vanish();
			runOut();
			isKnownUntilNoScriptOfItMayGoOn(other);
		}
	}

	@Test
	void whoLeavesAScriptBehindAPoolerIsKnownUntilItMayNotGoOn() throws SQLException {
		try (Connection lent = connect();
				Lock one = open("one", this.threads, false, new SingleConnectionDataSource(lent, true));
				Lock other = open("other", this.threads, false)) {
			try (Lease lease = one.tryAcquire().orElseThrow()) {
				Awaitility.await().until(() -> lease.clear().isEmpty());
				begin(lease);
			}
			isKnownUntilNoScriptOfItMayGoOn(other);
			one.tryAcquire().orElseThrow().close();
			assertThat(recordedSessions()).isEmpty();
		}
	}

	private static void begin(Lease lease) {
		lease.notes().write(HolderNote.Kind.SCRIPT, "V1", "one statement is done");
		lease.notes().write(HolderNote.Kind.INTENT, "V1", "begun");
	}

	/**
	 * One holder may fail before it has looked at the notes, or end.
	 */
	private void isKnownUntilNoScriptOfItMayGoOn(Lock lock) {
		for (HolderNote.Kind erased : List.of(HolderNote.Kind.FAILURE, HolderNote.Kind.SCRIPT)) {
			try (Lease lease = acquire(lock)) {
				assertThat(lease.sessions().arePredecessorsGone(1)).isFalse();
				assertThat(lease.sessions().arePredecessorsGone(2)).as("what later holders have begun").isTrue();
				lease.notes().erase(erased, "V1");
			}
		}
		assertThat(recordedSessions()).isEmpty();
		try (Lease lease = acquire(lock)) {
			assertThat(lease.sessions().arePredecessorsGone(1)).isTrue();
		}
	}

	@Test
	void whoRenewsFromAnotherServerIsWarnedOf(CapturedOutput output) throws SQLException {
		try (Lock one = open("one", this.vanishing, false); Lock other = open("other", this.threads, false)) {
			acquire(one);
			this.jdbc.update("update startgate_record set detail = 'somebody on db-2:5432' where kind = 'session'");
			vanish();
			end(0);
			AtomicInteger looks = new AtomicInteger();
			Awaitility.await().until(() -> {
				assertThat(other.look().suspect()).isFalse();
				looks.incrementAndGet();
				assertThat(this.jdbc.update("update startgate_lock set lock_until = lock_until + interval '1' second"))
					.isOne();
				return output.getAll().contains("another server");
			});
			assertThat(looks).as("one renewal is none").hasValueGreaterThan(2);
			assertThat(output).contains("Replica 'one' renews its lease on",
					"another server of the database (db-2:5432)");
		}
	}

	@Test
	void aTakeoverIsCountedAndALockThatWasReleasedIsNone() {
		Gate gate = new Gate("other", Time.system());
		try (Lock one = open("one", this.vanishing, false); Lock other = open(gate, this.threads, false, this.pool)) {
			acquire(one).close();
			acquire(other).close();
			assertThat(gate.journal().entries().count(StartCounter.TAKEN_OVER)).isZero();
			acquire(one);
			vanish();
			runOut();
			acquire(other).close();
			assertThat(gate.journal().entries().count(StartCounter.TAKEN_OVER)).isOne();
			acquire(other).close();
			assertThat(gate.journal().entries().count(StartCounter.TAKEN_OVER)).as("its own lock again").isOne();
		}
	}

	@Test
	void whoLosesItsConnectionButLivesIsWaitedFor() throws SQLException {
		try (Lock one = open("one", this.threads, false); Lock other = open("other", this.threads, false)) {
			try (Lease lease = acquire(one)) {
				String before = recordedSessions().get(0);
				end(0);
				Awaitility.await().until(() -> recordedSessions().size() == 1 && !recordedSessions().contains(before));
				Awaitility.await().during(Duration.ofSeconds(2)).until(() -> other.look().holder() != null);
				lease.ensureHeld();
			}
			assertThat(other.look().holder()).isNull();
		}
	}

	@Test
	void aSessionThatRunsNothingIsEndedAndOneThatRunsIsWaitedFor() throws SQLException {
		try (Lock one = open("one", this.vanishing, false);
				Lock other = open("other", this.threads, false);
				Connection idle = this.pool.getConnection();
				Connection busy = connect()) {
			Lease stale = acquire(one);
			stale.sessions().guard(idle);
			stale.sessions().guard(busy);
			CompletableFuture<Void> statement = CompletableFuture.runAsync(() -> execute(busy, slowStatement()));
			awaitRunning();
			vanish();
			recordSessionsWithTheSameNumbers();
			runOut();
			try (Lease lease = other.tryAcquire().orElseThrow()) {
				List<Unsettled> left = lease.clear();
				assertThat(left).anySatisfy((found) -> assertThat(found.answer()).contains("which runs no statement"));
				assertThat(left).anySatisfy((found) -> assertThat(found.answer())
					.containsPattern("which has been running SELECT for [0-9]+ s; this replica")
					.doesNotContain("hush")
					.contains("waits for its end")
					.contains(this.sessions.endStatement(Long.parseLong(found.name().split(" ")[1]))));
				Awaitility.await().until(() -> lease.clear().size() == 1);
				assertThat(statement).isNotDone();
				assertThat(statement).succeedsWithin(PATIENCE);
				Awaitility.await().until(() -> lease.clear().isEmpty());
				assertThat(lease.holder().generation()).isEqualTo(2);
			}
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> idle.createStatement().execute("select 1"));
			assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> stale.sessions().fence(connect()))
				.withMessageContaining("generation 2 has begun");
		}
	}

	@Test
	void aSessionThatRunsIsEndedIfThatIsWanted() throws SQLException {
		try (Lock one = open("one", this.vanishing, false);
				Lock other = open("other", this.threads, true);
				Connection busy = connect()) {
			acquire(one).sessions().guard(busy);
			CompletableFuture<Void> statement = CompletableFuture.runAsync(() -> execute(busy, slowStatement()));
			awaitRunning();
			vanish();
			runOut();
			try (Lease lease = other.tryAcquire().orElseThrow()) {
				Awaitility.await().until(() -> lease.clear().isEmpty());
				assertThat(statement).failsWithin(PATIENCE);
			}
		}
	}

	@Test
	void whatABrokenConnectionMayHaveLeftRunningStaysRecorded() throws SQLException {
		try (Lock one = open("one", this.threads, false); Lock other = open("other", this.threads, false)) {
			Connection busy = connect();
			try (Lease lease = acquire(one)) {
				lease.sessions().guard(busy);
				CompletableFuture.runAsync(() -> execute(busy, slowStatement()));
				awaitRunning();
				busy.abort(Runnable::run);
				lease.sessions().unguard(busy);
			}
			assertThat(recordedSessions()).hasSize(1);
			acquire(other).close();
			assertThat(recordedSessions()).isEmpty();
		}
	}

	@Test
	void aNumberThatWasGivenAwayAgainIsNotEnded() throws SQLException {
		try (Connection innocent = connect(); Connection other = connect()) {
			long id = this.sessions.of(innocent).id();
			this.sessions.end(other, new DatabaseSession(id, "1234567890.5", user(), ""));
			execute(innocent, "select 1");
		}
	}

	@Test
	void whoCannotTellSessionsApartNowForgetsNobody() {
		AtomicInteger connections = new AtomicInteger();
		DataSource exhausted = new DriverManagerDataSource(this.pool.getJdbcUrl(), user(), "") {

			@Override
			public Connection getConnection() throws SQLException {
				if (connections.incrementAndGet() == 2) {
					throw new SQLException("too many clients already", "53300");
				}
				return super.getConnection();
			}

		};
		try (Lock one = open("one", this.vanishing, false);
				Lock other = open("other", this.threads, false, exhausted)) {
			acquire(one);
			vanish();
			runOut();
			assertThatExceptionOfType(DatabaseUnreachableException.class).isThrownBy(other::tryAcquire);
			assertThat(recordedSessions()).hasSize(1);
			acquire(other).close();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "08006", "57014" })
	void aFailureWhileSessionsAreComparedDoesNotSayThatTheyAreNotApart(String state) {
		AtomicInteger connections = new AtomicInteger();
		DataSource failing = new DriverManagerDataSource(this.pool.getJdbcUrl(), user(), "") {

			@Override
			public Connection getConnection() throws SQLException {
				Connection connection = super.getConnection();
				return (connections.incrementAndGet() != 2) ? connection : proxy(connection, (method, arguments) -> {
					if (method.equals("setAutoCommit") && arguments[0].equals(false)) {
						throw new SQLException("raised for a test", state);
					}
				});
			}

		};
		try (Lock lock = open("one", this.threads, false, failing)) {
			if (state.equals("08006")) {
				assertThatExceptionOfType(DatabaseUnreachableException.class).isThrownBy(lock::tryAcquire);
			}
			acquire(lock).close();
			assertThat(connections).hasValueGreaterThan(2);
		}
	}

	@Test
	void whoseLeaseIsTakenAwayBeforeItWorksDoesNotBegin() {
		try (Lock one = open("one", this.threads, false)) {
			try (Lease lease = one.tryAcquire().orElseThrow()) {
				runOut();
				assertThatExceptionOfType(LeaseLostException.class).isThrownBy(lease::clear);
			}
		}
	}

	@Test
	void whoseLeaseIsTakenAwayBeforeItWorksEndsNobody() throws SQLException {
		try (Lock one = open("one", this.vanishing, false);
				Lock other = open("other", this.threads, false);
				Connection work = connect()) {
			Lease late = one.tryAcquire().orElseThrow();
			vanish();
			runOut();
			try (Lease lease = acquire(other)) {
				lease.sessions().guard(work);
				// its own session was ended
				assertThatExceptionOfType(DatabaseUnreachableException.class).isThrownBy(late::clear);
				assertThatExceptionOfType(LeaseLostException.class).isThrownBy(late::clear);
				execute(work, "select 1");
			}
		}
	}

	/**
	 * It finds no higher generation, and the next one had found no session.
	 */
	@Test
	void whoGoesOnJustBeforeTheNextOneCountsIsSeen() throws SQLException {
		try (Lock one = open("one", this.vanishing, false); Connection work = connect()) {
			Lease stale = acquire(one);
			vanish();
			runOut();
			AtomicInteger times = new AtomicInteger();
			DataSource observed = before("select generation", "for update", () -> {
				if (times.getAndIncrement() == 0) {
					// its own session was ended
					assertThatExceptionOfType(DatabaseUnreachableException.class)
						.isThrownBy(() -> stale.notes().read(HolderNote.Kind.INTENT));
					stale.sessions().guard(work);
					stale.sessions().fence(work);
				}
			});
			try (Lock other = open("other", this.threads, false, observed); Lease lease = acquire(other)) {
				assertThat(times).hasPositiveValue();
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> work.createStatement().execute("select 1"));
			}
		}
	}

	/**
	 * Return connections on which something happens before a statement.
	 */
	private DataSource before(String beginning, String end, Executed happening) {
		return new DriverManagerDataSource(this.pool.getJdbcUrl(), user(), "") {

			@Override
			public Connection getConnection() throws SQLException {
				return proxy(super.getConnection(), (method, arguments) -> {
					if (arguments != null && arguments[0] instanceof String sql && sql.startsWith(beginning)
							&& sql.contains(end)) {
						happening.run();
					}
				});
			}

		};
	}

	private static Connection proxy(Connection connection, Called before) {
		return (Connection) Proxy.newProxyInstance(TakeoverContract.class.getClassLoader(),
				new Class<?>[] { Connection.class }, (proxy, method, arguments) -> {
					before.with(method.getName(), arguments);
					try {
						return method.invoke(connection, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
				});
	}

	@FunctionalInterface
	private interface Called {

		void with(String method, Object[] arguments) throws SQLException;

	}

	@FunctionalInterface
	private interface Executed {

		void run() throws SQLException;

	}

	@Test
	void whoWasFrozenWhileItRenewedIsEnded() throws SQLException {
		try (Lock one = open("one", this.vanishing, false); Lock other = open("other", this.threads, false)) {
			Lease lease = acquire(one);
			vanish();
			runOut();
			this.jdbc.update("insert into startgate_record (lock_name, kind, item, generation, replica, detail,"
					+ " recorded_at) select name, 'session', '1@1', 1, locked_by, 'somebody on another-server:5432',"
					+ " locked_at from startgate_lock");
			Connection renewing = connect();
			lease.sessions().guard(renewing);
			renewing.setAutoCommit(false);
			execute(renewing, "update startgate_lock set locked_by = locked_by");
			List<Lease> acquired = new ArrayList<>();
			Awaitility.await().until(() -> {
				other.tryAcquire().ifPresent(acquired::add);
				return !acquired.isEmpty();
			});
			try (Lease next = acquired.get(0)) {
				Awaitility.await().until(() -> next.clear().isEmpty());
				assertThat(next.sessions().arePredecessorsGone(1)).isFalse();
			}
		}
	}

	/**
	 * Not from the pool, which complains of connections that come back broken.
	 */
	Connection connect() throws SQLException {
		return DriverManager.getConnection(this.pool.getJdbcUrl(), user(), "");
	}

	StartExecutors threads() {
		return this.threads;
	}

	StartExecutors vanishing() {
		return this.vanishing;
	}

	JdbcTemplate jdbc() {
		return this.jdbc;
	}

	static Lease acquire(Lock lock) {
		Lease lease = lock.tryAcquire().orElseThrow();
		Awaitility.await().until(() -> lease.clear().isEmpty());
		assertThat(lease.sessions().isExclusive()).isTrue();
		return lease;
	}

	private static void execute(Connection connection, String sql) {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void awaitRunning() {
		Awaitility.await()
			.until(() -> this.jdbc.queryForObject(
					"select count(*) from " + activity() + " like '%" + slowStatement().substring(0, 12) + "%'",
					Long.class) > 0);
	}

	/**
	 * Return a table of sessions, with a condition that ends in their statement.
	 */
	abstract String activity();

	/**
	 * Renew nothing any more. A renewal that is under way is not interrupted: that would
	 * break its connection.
	 */
	void vanish() {
		this.vanishing.timers().shutdownNow();
	}

	/**
	 * End a recorded session, by the order of their records.
	 */
	void end(int index) throws SQLException {
		DatabaseSession session = DatabaseSession.read(recordedSessions().get(index), user());
		try (Connection connection = connect()) {
			this.sessions.end(connection, session);
		}
	}

	private void recordSessionsWithTheSameNumbers() {
		recordedSessions().forEach((item) -> this.jdbc.update("insert into startgate_record (lock_name, kind, item,"
				+ " generation, replica, detail, recorded_at) select lock_name, kind, ?, generation, replica, detail,"
				+ " recorded_at from startgate_record where kind = 'session' and item = ?",
				item.replaceAll("@.*", "@1234567890.5"), item));
	}

	private List<String> recordedSessions() {
		return this.jdbc.queryForList(
				"select item from startgate_record where kind = 'session' order by recorded_at, item", String.class);
	}

	void runOut() {
		assertThat(this.jdbc.update("update startgate_lock set lock_until = locked_at")).isOne();
	}

	Lock open(String replica, StartExecutors threads, boolean terminate) {
		return open(replica, threads, terminate, this.pool);
	}

	/**
	 * Open the lock as another user of the database.
	 */
	Lock open(String replica, StartExecutors threads, boolean terminate, String user) {
		return open(replica, threads, terminate, new DriverManagerDataSource(this.pool.getJdbcUrl(), user, ""));
	}

	static Lock open(String replica, StartExecutors threads, boolean terminate, DataSource dataSource) {
		return open(new Gate(replica, Time.system()), threads, terminate, dataSource);
	}

	static Lock open(Gate gate, StartExecutors threads, boolean terminate, DataSource dataSource) {
		LockSettings settings = new LockSettings(gate.snapshot().replica(), LEASE, null, "startgate_", null, true,
				terminate, false);
		return new JdbcLockFactory(settings, Time.system(), (duration) -> Thread.sleep(duration.toMillis()), threads,
				new ShownLease(gate))
			.open(new ProtectedSchema(dataSource, null, null, "history", () -> {
			}));
	}

}
