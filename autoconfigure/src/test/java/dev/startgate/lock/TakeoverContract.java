package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.coordination.DatabaseUnreachableException;
import dev.startgate.coordination.HolderNote;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.LeaseLostException;
import dev.startgate.coordination.Lock;
import dev.startgate.gate.Gate;
import dev.startgate.gate.StartCounter;
import dev.startgate.gate.StartExecutors;
import dev.startgate.gate.Time;
import dev.startgate.testing.InterceptedDataSource;
import dev.startgate.testing.ManualTime;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a lock does about a holder that did not release it, on databases that show their
 * sessions.
 */
@ExtendWith(OutputCaptureExtension.class)
abstract class TakeoverContract extends AbstractLockTests {

	private static final Duration LEASE = Duration.ofSeconds(60);

	/** Threads of a holder that vanishes: without them nothing is renewed. */
	private final StartExecutors vanishing = new StartExecutors();

	private final Sessions sessions = sessions();

	/** The key of a lock that a slow statement waits for. */
	private final long key = System.nanoTime();

	abstract Sessions sessions();

	/**
	 * Return a call that takes a lock for the session, and waits as long as another
	 * session has it.
	 */
	abstract String lock(long key);

	@AfterEach
	@Override
	void close() {
		super.close();
		this.vanishing.close();
	}

	@Test
	void whoHasVanishedIsNotWaitedFor() throws SQLException {
		try (Lock one = open("one", this.vanishing, false);
				Lock other = open("other", threads(), false);
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
	 * A busy machine takes a while to record the first session.
	 */
	@Test
	void whoHasJustAcquiredTheLeaseIsNotTakenForDead() throws SQLException {
		try (Lock one = open("one", this.vanishing, false); Lock other = open("other", threads(), false)) {
			acquire(one);
			vanish();
			end(0);
			jdbc().update("delete from startgate_record where kind = 'session'");
			jdbc().update("update startgate_lock set locked_at = locked_at + interval '60' second");
			Awaitility.await()
				.during(Duration.ofSeconds(2))
				.atMost(Duration.ofSeconds(9))
				.until(() -> other.look().holder() != null);
			jdbc().update("update startgate_lock set locked_at = locked_at - interval '90' second");
			Awaitility.await().until(() -> other.look().holder() == null);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "somebody on another-server:5432", "somebody whose server was not recorded" })
	void whoseSessionsCanNotBeLookedForHereIsWaitedForUntilTheLeaseHasRunOut(String recorded) throws SQLException {
		try (Lock one = open("one", this.vanishing, false); Lock other = open("other", threads(), false)) {
			acquire(one);
			jdbc().update("update startgate_record set detail = ? where kind = 'session'", recorded);
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
	void unseenSessionsStayRecordedWhileAScriptMayGoOn(String recorded) throws SQLException {
		try (Lock one = open("one", this.vanishing, false); Lock other = open("other", threads(), false)) {
			begin(acquire(one));
			jdbc().update("update startgate_record set detail = ? where kind = 'session'", recorded);
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
				Lock other = open("other", threads(), false)) {
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
				Lock one = open("one", threads(), false, new SingleConnectionDataSource(lent, true));
				Lock other = open("other", threads(), false)) {
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
	 * A holder may fail or end before it has looked at the notes, so the next one must
	 * know them, too.
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
		try (Lock one = open("one", this.vanishing, false); Lock other = open("other", threads(), false)) {
			acquire(one);
			jdbc().update("update startgate_record set detail = 'somebody on db-2:5432' where kind = 'session'");
			vanish();
			end(0);
			AtomicInteger looks = new AtomicInteger();
			Awaitility.await().until(() -> {
				assertThat(other.look().suspect()).isFalse();
				looks.incrementAndGet();
				assertThat(jdbc().update("update startgate_lock set lock_until = lock_until + interval '1' second"))
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
		try (Lock one = open("one", this.vanishing, false); Lock other = open(gate, threads(), false, pool())) {
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
		try (Lock one = open("one", threads(), false); Lock other = open("other", threads(), false)) {
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
				Lock other = open("other", threads(), false);
				Connection idle = pool().getConnection();
				Connection busy = connect();
				Connection holding = holding()) {
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
				holding.close();
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
				Lock other = open("other", threads(), true);
				Connection busy = connect();
				Connection holding = holding()) {
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
		try (Lock one = open("one", threads(), false);
				Lock other = open("other", threads(), false);
				Connection holding = holding()) {
			Connection busy = connect();
			try (Lease lease = acquire(one)) {
				lease.sessions().guard(busy);
				CompletableFuture.runAsync(() -> execute(busy, slowStatement()));
				awaitRunning();
				busy.abort(Runnable::run);
				lease.sessions().unguard(busy);
			}
			assertThat(recordedSessions()).hasSize(1);
			holding.close();
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

	/**
	 * Some databases only speak the protocol of PostgreSQL or MySQL.
	 */
	@ParameterizedTest
	@CsvSource({ "0A000, 0", "42000, 1235", "HY000, 1105" })
	void aDatabaseThatRefusesLocksOfSessionsHasTheLeaseOnly(String state, int code, CapturedOutput output) {
		DataSource refusing = intercepted((number, method, arguments) -> {
			if (method.equals("prepareStatement") && String.valueOf(arguments[0])
				.matches(".*(get_|release_|is_used_|advisory_)(xact_)?(un)?lock.*")) {
				throw new SQLException("no such locks", state, code);
			}
		});
		try (Lock one = open("one", threads(), false, refusing); Lease lease = one.tryAcquire().orElseThrow()) {
			Awaitility.await().until(() -> lease.clear().isEmpty());
			assertThat(lease.sessions().isExclusive()).isFalse();
			assertThat(output).contains("or does not let that be found out: Could not", "no such locks. Until");
		}
	}

	@Test
	void whoCannotTellSessionsApartNowForgetsNobody() {
		DataSource exhausted = intercepted((number, method, arguments) -> {
			if (number == 2 && method.equals("getConnection")) {
				throw new SQLException("too many clients already", "53300");
			}
		});
		try (Lock one = open("one", this.vanishing, false); Lock other = open("other", threads(), false, exhausted)) {
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
		InterceptedDataSource failing = intercepted((number, method, arguments) -> {
			if (number == 2 && method.equals("setAutoCommit") && arguments[0].equals(false)) {
				throw new SQLException("raised for a test", state);
			}
		});
		try (Lock lock = open("one", threads(), false, failing)) {
			if (state.equals("08006")) {
				assertThatExceptionOfType(DatabaseUnreachableException.class).isThrownBy(lock::tryAcquire);
			}
			acquire(lock).close();
			assertThat(failing.connections()).isGreaterThan(2);
		}
	}

	/**
	 * On a slow database the comparison takes longer than the lease.
	 */
	@Test
	void theLeaseIsRenewedWhileSessionsAreCompared() {
		ManualTime time = new ManualTime();
		AtomicBoolean comparing = new AtomicBoolean();
		DataSource slow = intercepted((number, method, arguments) -> {
			if (number == 2 && method.equals("createStatement")) {
				comparing.set(true);
			}
			if (comparing.get()) {
				time.pass(Duration.ofMillis(100));
			}
		});
		Duration length = Duration.ofSeconds(3);
		try (Lock lock = open(new Gate("one", time), time, length, false, threads(), schema(slow));
				Lease lease = lock.tryAcquire().orElseThrow()) {
			comparing.set(false);
			assertThat(Duration.ofNanos(time.nanoTime())).isGreaterThan(length.multipliedBy(2));
			Awaitility.await().until(() -> lease.clear().isEmpty());
			assertThat(lease.sessions().isExclusive()).isTrue();
		}
	}

	@Test
	void aRecordThatCouldNotBeErasedIsErasedAtTheEnd() throws SQLException {
		AtomicBoolean failing = new AtomicBoolean();
		DataSource source = intercepted((number, method, arguments) -> {
			if (method.equals("prepareStatement") && String.valueOf(arguments[0]).startsWith("delete")
					&& failing.getAndSet(false)) {
				throw new SQLException("raised for a test", "08006");
			}
		});
		try (Lock one = open("one", threads(), false, source); Connection work = connect()) {
			try (Lease lease = acquire(one)) {
				lease.sessions().guard(work);
				failing.set(true);
				lease.sessions().unguard(work);
				assertThat(failing).isFalse();
				assertThat(recordedSessions()).hasSize(2);
			}
			assertThat(recordedSessions()).isEmpty();
		}
	}

	@Test
	void whoseLeaseIsTakenAwayBeforeItWorksDoesNotBegin() {
		try (Lock one = open("one", threads(), false)) {
			try (Lease lease = one.tryAcquire().orElseThrow()) {
				runOut();
				assertThatExceptionOfType(LeaseLostException.class).isThrownBy(lease::clear);
			}
		}
	}

	@Test
	void whoseLeaseIsTakenAwayBeforeItWorksEndsNobody() throws SQLException {
		try (Lock one = open("one", this.vanishing, false);
				Lock other = open("other", threads(), false);
				Connection work = connect()) {
			Lease late = one.tryAcquire().orElseThrow();
			vanish();
			runOut();
			try (Lease lease = acquire(other)) {
				lease.sessions().guard(work);
				// the session of the late holder was ended
				assertThatExceptionOfType(DatabaseUnreachableException.class).isThrownBy(late::clear);
				assertThatExceptionOfType(LeaseLostException.class).isThrownBy(late::clear);
				execute(work, "select 1");
			}
		}
	}

	/**
	 * The late holder finds no higher generation, and the next one found no session to
	 * end.
	 */
	@Test
	void whoGoesOnJustBeforeTheNextOneCountsIsSeen() throws SQLException {
		try (Lock one = open("one", this.vanishing, false); Connection work = connect()) {
			Lease stale = acquire(one);
			vanish();
			runOut();
			AtomicInteger times = new AtomicInteger();
			DataSource observed = intercepted((number, method, arguments) -> {
				if (arguments.length > 0 && arguments[0] instanceof String sql && sql.startsWith("select generation")
						&& sql.contains("for update") && times.getAndIncrement() == 0) {
					// the session of the late holder was ended
					assertThatExceptionOfType(DatabaseUnreachableException.class)
						.isThrownBy(() -> stale.notes().read(HolderNote.Kind.INTENT));
					stale.sessions().guard(work);
					stale.sessions().fence(work);
				}
			});
			try (Lock other = open("other", threads(), false, observed); Lease lease = acquire(other)) {
				assertThat(times).hasPositiveValue();
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> work.createStatement().execute("select 1"));
			}
		}
	}

	@Test
	void whoWasFrozenWhileItRenewedIsEnded() throws SQLException {
		try (Lock one = open("one", this.vanishing, false); Lock other = open("other", threads(), false)) {
			Lease lease = acquire(one);
			vanish();
			runOut();
			jdbc().update("insert into startgate_record (lock_name, kind, item, generation, replica, detail,"
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
	 * Connect without the pool, which complains of connections that come back broken.
	 */
	Connection connect() throws SQLException {
		return unpooled().getConnection();
	}

	StartExecutors vanishing() {
		return this.vanishing;
	}

	static Lease acquire(Lock lock) {
		Lease lease = lock.tryAcquire().orElseThrow();
		Awaitility.await().until(() -> lease.clear().isEmpty());
		assertThat(lease.sessions().isExclusive()).isTrue();
		return lease;
	}

	static void execute(Connection connection, String sql) {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Return a statement that runs for as long as the lock is held.
	 */
	String slowStatement() {
		return "select 2, " + lock(this.key) + ", 'hush'";
	}

	/**
	 * Hold the lock until the connection is closed.
	 */
	Connection holding() throws SQLException {
		Connection connection = connect();
		execute(connection, "select " + lock(this.key));
		return connection;
	}

	void awaitRunning() {
		Awaitility.await()
			.until(() -> jdbc().queryForObject("select count(*) from " + activity() + " like 'select 2, %'",
					Long.class) > 0);
	}

	/**
	 * Return a table of sessions, and a condition up to the name of their statement.
	 */
	abstract String activity();

	/**
	 * Renew nothing any more. A renewal that is under way is not interrupted, because
	 * that would break its connection.
	 */
	void vanish() {
		this.vanishing.timers().shutdownNow();
	}

	/**
	 * End the recorded session at an index, in the order of the records.
	 */
	void end(int index) throws SQLException {
		DatabaseSession session = DatabaseSession.read(recordedSessions().get(index), user());
		try (Connection connection = connect()) {
			this.sessions.end(connection, session);
		}
	}

	private void recordSessionsWithTheSameNumbers() {
		recordedSessions().forEach((item) -> jdbc().update("insert into startgate_record (lock_name, kind, item,"
				+ " generation, replica, detail, recorded_at) select lock_name, kind, ?, generation, replica, detail,"
				+ " recorded_at from startgate_record where kind = 'session' and item = ?",
				item.replaceAll("@.*", "@1234567890.5"), item));
	}

	List<String> recordedSessions() {
		return jdbc().queryForList(
				"select item from startgate_record where kind = 'session' order by recorded_at, item", String.class);
	}

	Lock open(String replica, StartExecutors threads, boolean terminate) {
		return open(replica, threads, terminate, pool());
	}

	/**
	 * Open the lock as another user of the database.
	 */
	Lock open(String replica, StartExecutors threads, boolean terminate, String user) {
		return open(replica, threads, terminate, unpooled(user));
	}

	static Lock open(String replica, StartExecutors threads, boolean terminate, DataSource dataSource) {
		return open(new Gate(replica, Time.system()), threads, terminate, dataSource);
	}

	static Lock open(Gate gate, StartExecutors threads, boolean terminate, DataSource dataSource) {
		return open(gate, Time.system(), LEASE, terminate, threads, schema(dataSource));
	}

}
