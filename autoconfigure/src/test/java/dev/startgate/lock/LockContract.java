package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import dev.startgate.GateSnapshot.Progress;
import dev.startgate.coordination.DatabaseUnreachableException;
import dev.startgate.coordination.HolderNote;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.LeaseLostException;
import dev.startgate.coordination.Lock;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.gate.Gate;
import dev.startgate.gate.StartExecutors;
import dev.startgate.gate.Time;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.datasource.ConnectionProxy;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What a lock does on every database.
 */
abstract class LockContract extends AbstractLockTests {

	boolean endsSessions() {
		return true;
	}

	boolean tellsOfReleases() {
		return true;
	}

	@Test
	void whoReleasesBeforeItHasCountedIsNotWaitedFor() {
		try (Lock one = open("one", 0); Lock other = open("other", 0)) {
			acquire(one).close();
			Lease lease = one.tryAcquire().orElseThrow();
			assertThat(other.look().holder()).isNotNull();
			lease.close();
			assertThat(other.look().holder()).isNull();
		}
	}

	@Test
	void excludesAndCountsUp() {
		try (Lock one = open("one"); Lock other = open("other")) {
			try (Lease lease = acquire(one)) {
				assertThat(lease.holder().generation()).isEqualTo(1);
				assertThat(other.tryAcquire()).isEmpty();
				assertThat(other.look().holder().replica()).isEqualTo("one");
				assertThat(other.look().holder().generation()).isEqualTo(1);
				assertThat(other.look().holder().since()).isBetween(Instant.now().minusSeconds(9), Instant.now());
			}
			assertThat(other.look().holder()).isNull();
			try (Lease lease = acquire(other)) {
				assertThat(lease.holder().generation()).isEqualTo(2);
			}
		}
	}

	@Test
	void whoWaitsLearnsOfTheReleaseAtOnce() {
		try (Lock one = open("one"); Lock other = open("other")) {
			assertThat(other.isListening()).isFalse();
			for (int i = 0; i < 2; i++) {
				Lease lease = acquire(one);
				assertThat(other.look().holder()).isNotNull();
				assertThat(other.isListening()).isEqualTo(tellsOfReleases());
				if (tellsOfReleases()) {
					assertThat(other.awaitRelease(Duration.ofMillis(200))).isFalse();
					CompletableFuture<Boolean> told = CompletableFuture.supplyAsync(() -> awaitRelease(other));
					lease.close();
					assertThat(told).succeedsWithin(PATIENCE).isEqualTo(true);
				}
				lease.close();
				assertThat(other.look().holder()).isNull();
				assertThat(other.isListening()).as("nobody is there").isFalse();
			}
		}
	}

	/** A release erases its sessions first. A replica that heard it stops listening. */
	@Test
	void whoLooksInTheMiddleOfTheReleaseLearnsOfItAllTheSame() {
		try (Lock one = open("one"); Lock other = open("other")) {
			Lease lease = acquire(one);
			assertThat(other.look().holder()).isNotNull();
			jdbc().update("delete from " + quoted("startgate_record") + " where kind = 'session'");
			assertThat(other.look().holder()).isNotNull();
			assertThat(other.isListening()).isEqualTo(tellsOfReleases());
			Timestamp until = jdbc().queryForObject("select lock_until from " + quoted("startgate_lock"),
					Timestamp.class);
			lease.close();
			if (tellsOfReleases()) {
				assertThat(awaitRelease(other)).isTrue();
			}
			jdbc().update("update " + quoted("startgate_lock") + " set lock_until = ?", until);
			assertThat(other.look().holder()).isNotNull();
			assertThat(other.isListening()).isFalse();
		}
	}

	/** Wait as long as PATIENCE, again and again if a driver or a server limits it. */
	static boolean awaitRelease(Lock lock) {
		long began = System.nanoTime();
		while (!lock.awaitRelease(PATIENCE)) {
			assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PATIENCE);
		}
		return true;
	}

	@Test
	void aClockThatIsHoursOffNeitherStealsNorStarves() {
		try (Lock one = open("one"); Lock ahead = open("ahead", 5); Lock behind = open("behind", -5)) {
			try (Lease lease = acquire(one)) {
				assertThat(ahead.look().holder()).isNotNull();
				assertThat(ahead.tryAcquire()).isEmpty();
				assertThat(behind.tryAcquire()).isEmpty();
			}
			acquire(ahead).close();
			assertThat(behind.look().holder()).isNull();
			try (Lease lease = acquire(behind)) {
				assertThat(one.look().holder().replica()).isEqualTo("behind");
				assertThat(ahead.tryAcquire()).isEmpty();
			}
		}
	}

	@Test
	void aConnectionThatWasClosedInTheMiddleIsADatabaseThatCanNotBeReached() throws SQLException {
		try (LockSession connection = openSession()) {
			((ConnectionProxy) connection.getConnection()).getTargetConnection().close();
			assertThatExceptionOfType(SQLException.class).isThrownBy(connection::getConnection)
				.matches(DatabaseUnreachableException::isCausing);
			connection.discard(null);
			assertThat(connection.getConnection().isValid(5)).isTrue();
			connection.close();
			assertThatExceptionOfType(SQLException.class).as("nobody would close it")
				.isThrownBy(connection::getConnection);
		}
	}

	private LockSession openSession() throws SQLException {
		return LockSession.of(unpooled(), null, Duration.ofSeconds(5));
	}

	@Test
	void manyCreateTheTablesAtOnce() {
		AtomicInteger prepared = new AtomicInteger();
		ProtectedSchema target = new ProtectedSchema(pool(), null, null, "history", prepared::incrementAndGet);
		ExecutorService replicas = Executors.newFixedThreadPool(8);
		List<CompletableFuture<Void>> opened = IntStream.range(0, 8)
			.mapToObj((number) -> CompletableFuture.runAsync(() -> open("replica-" + number, 0, target).close(),
					replicas))
			.toList();
		replicas.shutdown();
		assertThat(opened).allSatisfy((open) -> assertThat(open).succeedsWithin(PATIENCE));
		if (endsSessions()) {
			assertThat(prepared).as("replicas that create").hasValue(1);
		}
	}

	@Test
	void whoHasLostTheLeaseNeitherNotesNorReleasesAnything() {
		try (Lock one = open("one"); Lock other = open("other")) {
			Lease stale = acquire(one);
			runOut();
			try (Lease lease = acquire(other)) {
				stale.report(new Progress(3, 5, "V4", Instant.EPOCH));
				Awaitility.await().during(Duration.ofMillis(300)).until(() -> generation() == 2);
				lease.notes().write(HolderNote.Kind.POSITION, "V4", "of other");
				// the first attempts may fail because their session was ended
				Awaitility.await()
					.untilAsserted(() -> assertThatExceptionOfType(LeaseLostException.class)
						.isThrownBy(() -> stale.notes().write(HolderNote.Kind.POSITION, "V4", "of one")));
				assertThatExceptionOfType(LeaseLostException.class)
					.isThrownBy(() -> stale.notes().erase(HolderNote.Kind.POSITION, "V4"));
				assertThat(lease.notes().read(HolderNote.Kind.POSITION)).extracting(HolderNote::detail)
					.containsExactly("of other");
				stale.close();
				assertThat(one.look().holder().replica()).isEqualTo("other");
				lease.ensureHeld();
			}
		}
	}

	@Test
	void whoCleansTheSchemaKeepsTheLease() {
		try (Lock one = open("one"); Lock other = open("other")) {
			try (Lease lease = acquire(one)) {
				assertThat(other.look().holder()).isNotNull();
				dropTables();
				assertThat(other.look().holder().replica()).isEqualTo("one");
				lease.restore();
				assertThat(other.look().holder().generation()).isEqualTo(1);
			}
			assertThat(other.look().holder()).isNull();
		}
	}

	@Test
	void whoCleansTheSchemaLosesTheLeaseIfAnotherReplicaHasWorkedMeanwhile() {
		try (Lock one = open("one"); Lock other = open("other")) {
			Lease lease = acquire(one);
			dropTables();
			acquire(other).close();
			assertThat(restore(lease)).isInstanceOf(LeaseLostException.class);
		}
	}

	@Test
	void whoCleansTheSchemaLosesTheLeaseIfAnotherReplicaWorksJustBeforeItComesBack() {
		AtomicReference<Lock> next = new AtomicReference<>();
		DataSource interrupted = intercepted((number, method, arguments) -> {
			if (method.equals("prepareStatement")
					&& arguments[0].toString().matches("(?is)insert .*into .*startgate_lock.*")) {
				Lock other = next.getAndSet(null);
				if (other != null) {
					acquire(other).close();
				}
			}
		});
		try (Lock one = open("one", 0, schema(interrupted)); Lock other = open("other")) {
			Lease lease = acquire(one);
			dropTables();
			next.set(other);
			assertThat(restore(lease)).isInstanceOf(LeaseLostException.class);
			assertThat(next).hasNullValue();
		}
	}

	private static Throwable restore(Lease lease) {
		Throwable refused = catchThrowable(lease::restore);
		if (refused instanceof DatabaseUnreachableException) {
			// the other holder has ended the session of this lease, which goes on with a
			// new one
			refused = catchThrowable(lease::restore);
		}
		return refused;
	}

	@Test
	void afterACleanTheSameGenerationIsAnotherHolders() throws SQLException {
		try (Lock one = open("one"); Lock other = open("other"); Connection work = pool().getConnection()) {
			Lease stale = acquire(one);
			dropTables();
			try (Lease lease = acquire(other)) {
				assertThat(lease.holder().generation()).isEqualTo(stale.holder().generation());
				assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> stale.sessions().fence(work));
				lease.sessions().fence(work);
			}
		}
	}

	private void dropTables() {
		jdbc().execute("drop table " + quoted("startgate_lock"));
		jdbc().execute("drop table " + quoted("startgate_record"));
	}

	@Test
	void aLeaseThatIsNotUsedIsReleasedAtOnce() {
		try (Lock one = open("one"); Lock other = open("other")) {
			jdbc().execute(
					"alter table " + quoted("startgate_record") + " add wanted int default 1 check (generation < 0)");
			assertThatExceptionOfType(LockFailedException.class).isThrownBy(() -> acquire(one));
			assertThat(other.look().holder()).isNull();
		}
	}

	@Test
	void whoGivesUpEndsItsSessionAndReleases() throws SQLException {
		try (Lock one = open("one"); Lock other = open("other"); Connection work = pool().getConnection()) {
			try (Lease lease = acquire(one)) {
				lease.sessions().guard(work);
				lease.abandon("for a test");
				if (endsSessions()) {
					assertThatExceptionOfType(SQLException.class).isThrownBy(() -> ask(work));
				}
			}
			assertThat(other.look().holder() == null).isEqualTo(endsSessions());
		}
	}

	@Test
	void nobodyWaitsForTheLeaseThatItCouldNotRelease() {
		assumeThat(endsSessions()).as("it is seen that nothing works under it").isTrue();
		try (Lock one = open("one"); Lock other = open("other")) {
			Lease lease = acquire(one);
			jdbc().execute("alter table startgate_record rename to hidden");
			lease.close();
			jdbc().execute("alter table hidden rename to startgate_record");
			assertThat(other.look().holder()).as("of another replica").isNotNull();
			assertThat(one.look().holder()).isNull();
			acquire(one).close();
		}
	}

	@Test
	void whoLosesAConnectionLeavesTheNextOneAlone() throws SQLException {
		try (LockSession connection = openSession()) {
			Connection lost = connection.getConnection();
			connection.discard(null);
			Connection next = connection.getConnection();
			connection.discard(lost);
			ask(next);
			connection.discard(next);
			assertThat(connection.number()).isZero();
		}
	}

	/**
	 * A renewal hangs, and another thread takes its connection away to end the sessions
	 * of the lease on the next one.
	 */
	@Test
	@SuppressWarnings("NullAway")
	void aRenewalThatLosesItsConnectionLeavesTheNextOneAlone() throws SQLException {
		try (LockSession connection = openSession()) {
			LeaseTable rows = new LeaseTable(null, connection, null, null, null, null);
			connection.getConnection();
			AtomicReference<Connection> next = new AtomicReference<>();
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> rows.alone(() -> {
				connection.discard(null);
				next.set(getConnection(connection));
				throw new IllegalStateException("The connection was aborted");
			}));
			ask(next.get());
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> rows.alone(() -> {
				throw new IllegalStateException("The connection is broken");
			}));
			assertThat(connection.number()).isZero();
		}
	}

	private static Connection getConnection(DataSource dataSource) {
		try {
			return dataSource.getConnection();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void ask(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("select 1");
		}
	}

	private long generation() {
		return jdbc().queryForObject("select generation from " + quoted("startgate_record") + " where kind = 'fence'",
				Long.class);
	}

	/**
	 * Acquire and clear a lease. If that fails, the lease is released.
	 */
	static Lease acquire(Lock lock) {
		Lease lease = lock.tryAcquire().orElseThrow();
		try {
			Awaitility.await().until(() -> lease.clear().isEmpty());
			return lease;
		}
		catch (RuntimeException ex) {
			lease.close();
			throw ex;
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "t_1", "t%1", "t\\1" })
	void aSchemaWhoseNameWouldBeAPatternHasTablesOfItsOwn(String schema) {
		String similar = "similar" + System.nanoTime();
		createSchema(similar + "t11");
		createSchema(similar + schema);
		openIn(similar + "t11").close();
		openIn(similar + schema).close();
		openIn(similar + schema).close();
	}

	@Test
	void tablesOfAnotherSchemaAreNotTakenForOurs() {
		String similar = "similar" + System.nanoTime();
		createSchema(similar + "t11");
		jdbc().execute("create table " + inSchema(similar + "t11", "startgate_lock") + " (something int primary key)");
		createSchema(similar + "t_1");
		openIn(similar + "t_1").close();
	}

	private void createSchema(String name) {
		jdbc().execute("create schema " + quoteSchema(name));
	}

	private String inSchema(String schema, String table) {
		return quoteSchema(schema) + "." + quoteSchema(table);
	}

	String quoteSchema(String name) {
		return '"' + name + '"';
	}

	private Lock openIn(String schema) {
		return open("one", 0, schema(pool(), schema));
	}

	private Lock open(String replica) {
		return open(replica, 0);
	}

	private Lock open(String replica, int hoursAhead) {
		return open(replica, hoursAhead, schema(pool()));
	}

	Lock open(String replica, int hoursAhead, ProtectedSchema target) {
		return open(replica, hoursAhead, target, Duration.ofSeconds(20));
	}

	Lock open(String replica, int hoursAhead, ProtectedSchema target, Duration leaseTime) {
		return open(replica, hoursAhead, target, leaseTime, threads());
	}

	Lock open(String replica, int hoursAhead, ProtectedSchema target, Duration leaseTime, StartExecutors threads) {
		return open(new Gate(replica, Time.system()), ahead(Duration.ofHours(hoursAhead)), leaseTime, false, threads,
				target);
	}

	private static Time ahead(Duration duration) {
		Clock clock = Clock.offset(Clock.systemUTC(), duration);
		return new Time() {

			@Override
			public Instant instant() {
				return clock.instant();
			}

			@Override
			public long nanoTime() {
				return System.nanoTime();
			}

		};
	}

}
