package dev.startgate.flyway;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.startgate.gate.Gate;
import dev.startgate.gate.HeldLock;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.StartingReplica;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares what is reported about the locks of a migration with what a sampler sees every
 * few milliseconds.
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class LockReportTests {

	private static final String SAMPLE = "select count(*) from pg_locks where granted and mode = ?"
			+ " and relation = 'parcel'::regclass and database = (select oid from pg_database where datname ="
			+ " current_database())";

	/**
	 * How far two clocks may differ on a busy machine. A wrong report would differ by six
	 * seconds.
	 */
	private static final Duration NOISE = Duration.ofSeconds(3);

	private static final Duration LONG_ENOUGH = Duration.ofMillis(1500);

	private final PostgresDatabase database = PostgresDatabase.create();

	@TempDir
	private Path directory;

	@BeforeEach
	void createTables() {
		this.database.jdbc().execute("create table parcel (id int primary key)");
		this.database.jdbc().execute("create schema archive");
		this.database.jdbc().execute("create table archive.parcel (id int primary key)");
	}

	@Test
	void theReportedTimeIsWhatASamplerMeasures(CapturedOutput output) throws Exception {
		write(2, "select pg_sleep(6); alter table parcel add column note int; select pg_advisory_xact_lock(7)");
		Sampler sampler = new Sampler("AccessExclusiveLock");
		try (Connection other = this.database.dataSource().getConnection(); StartingReplica replica = start()) {
			other.createStatement().execute("select pg_advisory_lock(7)");
			Awaitility.await().until(sampler::isHeld);
			read(3);
			Awaitility.await().until(() -> waiting() == 3 && sampler.held().compareTo(LONG_ENOUGH) > 0);
			other.createStatement().execute("select pg_advisory_unlock(7)");
			replica.started().get();
			sampler.stop();
			assertThat(locks(replica)).singleElement().satisfies((lock) -> {
				assertThat(lock.held()).isCloseTo(sampler.held(), NOISE);
				assertThat(lock.describe()).matches(
						"V2 change held ACCESS EXCLUSIVE on \"parcel\" for [\\d.]+ s;" + " 3 sessions waited for it");
			});
		}
		assertThat(output).containsPattern("INFO .* V2 change held ACCESS EXCLUSIVE on \"parcel\" for ");
	}

	@Test
	void aWaitForTheLockIsNoPartOfIt() throws Exception {
		write(2, "alter table parcel add column note int; select pg_sleep(1.5)");
		Sampler sampler = new Sampler("AccessExclusiveLock");
		try (Connection blocker = this.database.dataSource().getConnection();
				StartingReplica replica = start("startgate.ddl.lock-timeout=2m")) {
			blocker.setAutoCommit(false);
			blocker.createStatement().execute("select * from parcel");
			Awaitility.await()
				.until(() -> this.database.jdbc()
					.queryForObject("select count(*) from pg_stat_activity where datname = current_database() and"
							+ " query like 'alter%' and now() - query_start > '6 s'", Long.class) == 1);
			blocker.rollback();
			replica.started().get();
			sampler.stop();
			assertThat(locks(replica)).singleElement()
				.satisfies((lock) -> assertThat(lock.held()).isCloseTo(sampler.held(), NOISE));
		}
	}

	@Test
	void longOnesAreAWarning(CapturedOutput output) throws Exception {
		write(2, "lock table archive.parcel in share row exclusive mode; select pg_sleep(5.2)");
		try (StartingReplica replica = start()) {
			replica.started().get();
		}
		assertThat(output).containsPattern(
				"WARN .* V2 change held SHARE ROW EXCLUSIVE on \"archive\".\"parcel\" for (?:[5-9]\\.\\d|\\d{2,}) s\n");
	}

	@Test
	void outsideATransactionALockEndsWithItsStatement() throws Exception {
		write(2, "do $$ begin lock table parcel; perform pg_sleep(3); end $$; select pg_sleep(6)");
		Sampler sampler = new Sampler("AccessExclusiveLock");
		try (StartingReplica replica = start("spring.flyway.execute-in-transaction=false")) {
			replica.started().get();
			sampler.stop();
			assertThat(locks(replica)).singleElement()
				.satisfies((lock) -> assertThat(lock.held()).isCloseTo(sampler.held(), NOISE));
		}
	}

	@Test
	void inAGroupTheyAreHeldUntilTheEndOfAll() throws Exception {
		write(2, "alter table parcel add column note int; select pg_sleep(0.4)");
		write(3, "select pg_sleep(6)");
		Sampler sampler = new Sampler("AccessExclusiveLock");
		try (StartingReplica replica = start("spring.flyway.group=true")) {
			replica.started().get();
			sampler.stop();
			assertThat(locks(replica)).singleElement().satisfies((lock) -> {
				assertThat(lock.migration()).isEqualTo("V2 change");
				assertThat(lock.held()).isCloseTo(sampler.held(), NOISE);
			});
		}
	}

	@Test
	void aMigrationThatFailsHasHeldThemToo(CapturedOutput output) throws Exception {
		write(2, "alter table parcel add column note int; select pg_sleep(1.1); select 1 / 0");
		try (StartingReplica replica = start()) {
			assertThat(replica.started()).failsWithin(Duration.ofMinutes(2));
		}
		assertThat(output).containsPattern("V2 change held ACCESS EXCLUSIVE on \"parcel\" for \\d\\.\\d s");
	}

	@Test
	void nothingIsSaidOfWhatIsNewOrWeak(CapturedOutput output) throws Exception {
		write(2, "create table sender (id int); alter table sender add column name text; insert into parcel values (1);"
				+ " select pg_sleep(1.3)");
		try (StartingReplica replica = start()) {
			replica.started().get();
			assertThat(locks(replica)).isEmpty();
		}
		assertThat(output).doesNotContain(" held ");
	}

	private int waiting() {
		return this.database.jdbc()
			.queryForObject("select count(*) from pg_locks where not granted and relation = 'parcel'::regclass",
					Integer.class);
	}

	/**
	 * Read the table in several sessions that may have to wait.
	 */
	private void read(int sessions) {
		for (int i = 0; i < sessions; i++) {
			CompletableFuture.runAsync(() -> this.database.jdbc().execute("select * from parcel"),
					(task) -> new Thread(task).start());
		}
	}

	private static List<HeldLock> locks(StartingReplica replica) {
		return ((Gate) replica.gate()).journal().entries().locks();
	}

	private void write(int version, String sql) throws Exception {
		Files.writeString(this.directory.resolve("V" + version + "__change.sql"), sql);
	}

	private StartingReplica start(String... properties) {
		return StartingReplica
			.of(this.database.properties(),
					Stream
						.concat(Stream.of("spring.flyway.locations=filesystem:" + this.directory,
								"spring.flyway.baseline-on-migrate=true"), Stream.of(properties))
						.toArray(String[]::new));
	}

	/**
	 * Looks every 5 milliseconds whether the table is locked.
	 */
	private final class Sampler {

		private final List<Long> seen = new ArrayList<>();

		private final Thread thread = new Thread(this::run, "sampler");

		private final String mode;

		private volatile boolean stopped;

		Sampler(String mode) {
			this.mode = mode;
			this.thread.start();
		}

		private void run() {
			try (Connection connection = LockReportTests.this.database.dataSource().getConnection();
					PreparedStatement statement = connection.prepareStatement(SAMPLE)) {
				statement.setString(1, this.mode);
				while (!this.stopped) {
					try (ResultSet row = statement.executeQuery()) {
						row.next();
						if (row.getLong(1) > 0) {
							synchronized (this.seen) {
								this.seen.add(System.nanoTime());
							}
						}
					}
					TimeUnit.MILLISECONDS.sleep(5);
				}
			}
			catch (SQLException | InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

		boolean isHeld() {
			synchronized (this.seen) {
				return !this.seen.isEmpty();
			}
		}

		void stop() throws InterruptedException {
			this.stopped = true;
			this.thread.join();
		}

		Duration held() {
			synchronized (this.seen) {
				return Duration.ofNanos(this.seen.get(this.seen.size() - 1) - this.seen.get(0));
			}
		}

	}

}
