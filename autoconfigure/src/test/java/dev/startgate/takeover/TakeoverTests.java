package dev.startgate.takeover;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import dev.startgate.StartupGate;
import dev.startgate.testing.HeldMigration;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.ReplicaProcess;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A holder that is a process of its own is killed or frozen, and another replica goes on.
 */
@Tag("long")
@DisabledOnOs(OS.WINDOWS)
class TakeoverTests {

	private static final String JAVA = "spring.flyway.locations=classpath:db/run,classpath:dev/startgate/takeover/migration";

	/** The statement that {@link HeldMigration} expects. */
	private static final String HELD = "pg_advisory_xact_lock_shared(4711)";

	/** Short enough to run out soon. A slow holder still keeps it until it is frozen. */
	private static final String LEASE = "15s";

	private static final String SQL = "spring.flyway.locations=classpath:db/run";

	private final PostgresDatabase database = PostgresDatabase.create();

	private final JdbcTemplate jdbc = this.database.jdbc();

	@TempDir
	private Path directory;

	@Test
	void whoIsKilledInAStatementIsReplacedWithoutWaitingForItsLease() throws Exception {
		try (ReplicaProcess holder = holder(SQL, "pg_sleep(3600)", "1h")) {
			awaitSession("state = 'active' and query like '%pg_sleep(%'");
			CompletableFuture<ConfigurableApplicationContext> taker = taker(SQL, "1h");
			awaitWaiting();
			holder.signal("KILL");
			assertDone(taker, "1", "3");
		}
		assertThat(runs()).isEqualTo(2);
	}

	@Test
	void whoIsFrozenBetweenTwoStatementsOfATransactionCommitsNothingMore() throws Exception {
		Path goOn = this.directory.resolve("go-on");
		try (ReplicaProcess holder = holder(JAVA, goOn.toString(), LEASE)) {
			holder.awaitLog("between two statements");
			CompletableFuture<ConfigurableApplicationContext> taker = freezeAndReplace(holder, JAVA);
			Files.createFile(goOn);
			assertStaleEnds(holder, taker, JAVA, "1", "2", "3");
		}
	}

	@Test
	void whoIsFrozenInAStatementCommitsNothingMore() throws Exception {
		try (HeldMigration held = HeldMigration.in(this.database); ReplicaProcess holder = holder(SQL, HELD, LEASE)) {
			held.awaitReached();
			CompletableFuture<ConfigurableApplicationContext> taker = freezeAndReplace(holder, SQL);
			awaitTakeover();
			held.close();
			assertStaleEnds(holder, taker, SQL, "1", "3");
		}
	}

	/**
	 * The statement that was running has ended by then. It had no effect, so its position
	 * is not noted.
	 */
	@Test
	void whoIsFrozenOutsideATransactionDoesNothingMoreAndWhatItLeftGoesOn() throws Exception {
		String outside = "spring.flyway.locations=classpath:db/outside";
		try (HeldMigration held = HeldMigration.in(this.database);
				ReplicaProcess holder = holder(outside, HELD, LEASE)) {
			held.awaitReached();
			CompletableFuture<ConfigurableApplicationContext> taker = freezeAndReplace(holder, outside);
			awaitTakeover();
			held.close();
			assertDone(taker, "1", "2");
			holder.signal("CONT");
			assertThat(holder.awaitExit(PATIENCE)).isEqualTo(1);
		}
		assertThat(runs()).isEqualTo(1);
		assertThat(this.database.history()).containsExactly("1", "2");
		assertThat(this.jdbc.queryForObject("select to_regclass('second_half')::text", String.class)).isNotNull();
		assertThat(this.database.notes("intent")).isEmpty();
	}

	@Test
	void whoIsFrozenForLessThanItsLeaseIsWaitedFor() throws Exception {
		try (HeldMigration held = HeldMigration.in(this.database); ReplicaProcess holder = holder(SQL, HELD, "20s")) {
			held.awaitReached();
			CompletableFuture<ConfigurableApplicationContext> other = taker(SQL, "20s");
			awaitWaiting();
			holder.signal("STOP");
			Awaitility.await().during(Duration.ofSeconds(2)).until(() -> !other.isDone());
			holder.signal("CONT");
			held.close();
			assertDone(other, "1", "3");
		}
		assertThat(runs()).isEqualTo(1);
	}

	private CompletableFuture<ConfigurableApplicationContext> freezeAndReplace(ReplicaProcess holder, String locations)
			throws Exception {
		CompletableFuture<ConfigurableApplicationContext> taker = taker(locations, LEASE);
		awaitWaiting();
		holder.signal("STOP");
		return taker;
	}

	private void awaitTakeover() {
		Awaitility.await()
			.until(() -> this.jdbc.queryForObject("select max(generation) from startgate_record", Long.class) == 2);
	}

	private void assertStaleEnds(ReplicaProcess holder, CompletableFuture<ConfigurableApplicationContext> taker,
			String locations, String... history) throws Exception {
		assertDone(taker, history);
		assertThat(runs()).as("the taker ran what the frozen holder had begun, too").isEqualTo(history.length);
		long applied = this.jdbc.queryForObject("select max(oid::bigint) from pg_class", Long.class);
		holder.signal("CONT");
		assertThat(holder.awaitExit(PATIENCE)).isEqualTo(1);
		assertThat(holder.log()).contains("Lost the lease on 'public.flyway_schema_history'");
		assertThat(this.database.history()).containsExactly(history);
		assertThat(this.jdbc.queryForObject("select max(oid::bigint) from pg_class", Long.class)).isEqualTo(applied);
		TestApplication.start(this.database, locations, "spring.flyway.placeholders.wait=1").close();
	}

	private void assertDone(CompletableFuture<ConfigurableApplicationContext> replica, String... history) {
		assertThat(replica).succeedsWithin(PATIENCE);
		try (ConfigurableApplicationContext context = replica.join()) {
			assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
		}
		assertThat(this.database.history()).containsExactly(history);
	}

	private ReplicaProcess holder(String locations, String wait, String lease) throws Exception {
		return ReplicaProcess.start(this.directory, this.database, locations, "spring.flyway.placeholders.wait=" + wait,
				"startgate.lock.lease=" + lease, "startgate.replica-name=holder");
	}

	private CompletableFuture<ConfigurableApplicationContext> taker(String locations, String lease) {
		return CompletableFuture.supplyAsync(() -> TestApplication.start(this.database, locations,
				"spring.flyway.placeholders.wait=1", "startgate.lock.lease=" + lease, "startgate.replica-name=taker",
				"spring.datasource.url=" + this.database.url() + "?ApplicationName=taker"));
	}

	private void awaitWaiting() {
		awaitSession("application_name = 'taker' and (query like '%startgate_lock%' or query like '%pg_locks%')");
	}

	private void awaitSession(String condition) {
		Awaitility.await().until(() -> this.database.sessions(condition) > 0);
	}

	private long runs() {
		return this.jdbc.queryForObject("select last_value from run", Long.class);
	}

}
