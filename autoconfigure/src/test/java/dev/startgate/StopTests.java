package dev.startgate;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.startgate.testing.Condition;
import dev.startgate.testing.FreePort;
import dev.startgate.testing.Metadata;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.ReplicaProcess;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what a replica says and leaves when its process is asked to end.
 */
@Tag("long")
@DisabledOnOs(OS.WINDOWS)
class StopTests {

	private final PostgresDatabase database = PostgresDatabase.create();

	private final JdbcTemplate jdbc = this.database.jdbc();

	@TempDir
	private Path directory;

	private ReplicaProcess process;

	@AfterEach
	void kill() {
		if (this.process != null) {
			this.process.close();
		}
	}

	@Test
	void whoMigratesCancelsTheStatementAndReleases() throws Exception {
		start("spring.flyway.locations=classpath:db/long", "spring.flyway.placeholders.seconds=3600");
		Awaitility.await().until(() -> sleepingSessions() == 1);
		assertThat(this.process.stopAndSay()).contains("had been migrating for", ": 1 of 2 done, now V2 take long, for",
				". Migration V2 'take long' (V2__take_long.sql) is rolled back, and the next start runs it again. "
						+ "The lock 'public.flyway_schema_history' is released");
		assertThat(sleepingSessions()).isZero();
		assertThat(isHeld()).isFalse();
	}

	@Test
	void whatWasDoneOutsideATransactionIsNotSaidToBeRolledBack() throws Exception {
		start("spring.flyway.locations=classpath:db/outside", "spring.flyway.placeholders.wait=pg_sleep(3600)");
		Awaitility.await().until(() -> sleepingSessions() == 1);
		assertThat(this.process.stopAndSay()).contains(" WARN ", ". Migration V2 'take long' (V2__take_long.sql) was "
				+ "interrupted: what it has done outside a transaction is there, and the next start decides what "
				+ "happens with it. The lock 'public.flyway_schema_history' is released");
		assertThat(isHeld()).isFalse();
	}

	@Test
	void whoIsHeldUpByAnotherSessionSaysTheSame() throws Exception {
		stopWhileHeldUp(() -> Awaitility.await()
			.until(() -> this.jdbc.queryForObject(
					"select count(*) from pg_locks where not granted" + " and relation = 'parcel'::regclass",
					Long.class) == 1));
	}

	@Test
	void whoHasSteppedBackSaysTheSame() throws Exception {
		stopWhileHeldUp(() -> this.process.awaitLog("It has stepped back after attempt 1"));
	}

	private void stopWhileHeldUp(Runnable reached) throws Exception {
		TestApplication.start(this.database, "spring.flyway.locations=classpath:db/jpa").close();
		try (Connection other = this.database.dataSource().getConnection()) {
			other.setAutoCommit(false);
			other.createStatement().execute("lock table parcel");
			start("spring.flyway.locations=classpath:db/jpa,classpath:db/newer");
			reached.run();
			assertThat(this.process.stopAndSay()).contains("had been migrating for",
					". Migration V2 'add weight' (V2__add_weight.sql) is rolled back, and the next start runs it again. "
							+ "The lock 'public.flyway_schema_history' is released");
		}
	}

	@Test
	void whoIsInAStrategyReleasesHoweverSlowly() throws Exception {
		start(SleepingApplication.class);
		this.process.awaitLog("in the strategy");
		assertThat(this.process.stopAndSay()).contains("had been migrating for",
				". The next start looks at what is done. " + "The lock 'public.flyway_schema_history' is released");
		assertThat(isHeld()).isFalse();
	}

	@Test
	void whoAppliesMetadataSaysSo() throws Exception {
		start(SlowMetadataApplication.class, "spring.flyway.locations=classpath:db/jpa");
		this.process.awaitLog("in apply()");
		assertThat(this.process.stopAndSay()).contains("had been migrating for", "apply metadata engine",
				". Metadata 'engine' was being applied, and the next start applies it again unless it is recorded. "
						+ "The lock 'public.flyway_schema_history' is released");
		assertThat(isHeld()).isFalse();
	}

	@Test
	void whoSettlesSaysWhatWasWaitedFor() throws Exception {
		start(NeverSettledApplication.class, "spring.flyway.locations=classpath:db/jpa", "server.port=0",
				"spring.main.web-application-type=servlet");
		this.process.awaitLog("asked whether it has settled");
		assertThat(this.process.stopAndSay()).contains("had been settling for", ": waiting for 'engine' (",
				". It leaves nothing half done");
	}

	@Test
	void whoIsAskedWhileItTellsOfTheMigrationsOpensNoGate() throws Exception {
		start(EndingListenerApplication.class, "spring.flyway.locations=classpath:db/jpa");
		Awaitility.await().atMost(PATIENCE).until(() -> !this.process.isAlive());
		assertThat(this.process.log()).contains("had been settling for").doesNotContain("The gate is open");
	}

	@ParameterizedTest
	@ValueSource(strings = { "migrate", "verify", "wait" })
	void whoCannotReachTheDatabaseSaysSo(String mode) throws Exception {
		this.process = ReplicaProcess.start(this.directory, TestApplication.class,
				List.of("spring.datasource.url=jdbc:postgresql://localhost:" + FreePort.next() + "/none",
						"spring.datasource.username=postgres", "spring.flyway.locations=classpath:db/jpa",
						"startgate.mode=" + mode));
		this.process.awaitLog("can't be reached");
		assertThat(this.process.stopAndSay()).contains(mode.equals("wait") ? "waiting for" : "connecting for",
				". It leaves nothing half done");
	}

	/**
	 * The look at the migrations gets no answer until the other session ends.
	 */
	@Test
	void whoGetsNoAnswerSaysThatBeforeItIsKilled() throws Exception {
		TestApplication.start(this.database, "spring.flyway.locations=classpath:db/jpa").close();
		try (Connection other = this.database.dataSource().getConnection()) {
			other.setAutoCommit(false);
			other.createStatement().execute("lock table flyway_schema_history");
			start("spring.flyway.locations=classpath:db/jpa", "startgate.mode=verify");
			Awaitility.await()
				.until(() -> this.jdbc.queryForObject("select count(*) from pg_locks where not granted"
						+ " and relation = 'flyway_schema_history'::regclass", Long.class) == 1);
			this.process.signal("TERM");
			this.process.awaitLog("was asked to end when it had been connecting for");
			assertThat(this.process.log().lines().filter((line) -> line.contains("was asked to end"))).singleElement()
				.asString()
				.contains(" WARN ", ": look at migrations of 'flyway'. It still waits for an answer of the database");
		}
		assertThat(this.process.awaitExit(PATIENCE)).isEqualTo(143);
	}

	@Test
	void whoWaitsEndsAtOnceAndQuietly() throws Exception {
		TestApplication.start(this.database, "startgate.replica-name=other").close();
		this.jdbc.update("insert into startgate_lock values ('public.flyway_schema_history',"
				+ " timezone('utc', now()) + interval '1 hour', timezone('utc', now()), 'other#1')"
				+ " on conflict (name) do update set lock_until = excluded.lock_until");
		// this replica can't see whether a session on another server has ended
		this.jdbc.update("insert into startgate_record select name, 'session', '1@elsewhere', 1, locked_by, locked_at,"
				+ " 'somebody on another-server:5432' from startgate_lock");
		start("spring.flyway.locations=classpath:db/long", "spring.flyway.placeholders.seconds=3600");
		this.process.awaitLog("Waiting for replica");
		assertThat(this.process.stopAndSay()).contains("had been waiting for", ": for replica 'other' (generation ",
				"). It leaves nothing half done");
	}

	@Test
	void whoNeverMigratesSaysForWhatItWaited() throws Exception {
		start("spring.flyway.locations=classpath:db/long", "spring.flyway.placeholders.seconds=3600",
				"startgate.mode=wait");
		this.process.awaitLog("Waiting for others");
		assertThat(this.process.stopAndSay()).contains("had been waiting for", ": waiting for 'migrations of 'flyway''",
				"). It leaves nothing half done");
	}

	private void start(Class<?> configuration, String... properties) throws IOException {
		start(Stream.concat(Stream.of("spring.main.sources=" + configuration.getName()), Stream.of(properties))
			.toArray(String[]::new));
	}

	private void start(String... properties) throws IOException {
		this.process = ReplicaProcess.start(this.directory, this.database, properties);
	}

	private boolean isHeld() {
		return this.jdbc.queryForObject(
				"select count(*) from startgate_lock where lock_until > timezone('utc', clock_timestamp())",
				Long.class) > 0;
	}

	private long sleepingSessions() {
		return this.jdbc.queryForObject("select count(*) from pg_stat_activity where datname = current_database()"
				+ " and state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid()", Long.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class SleepingApplication {

		@Bean
		FlywayMigrationStrategy strategy() {
			return SleepingApplication::sleep;
		}

		private static void sleep(Flyway flyway) {
			System.out.println("in the strategy");
			try {
				Thread.sleep(60_000);
			}
			catch (InterruptedException ex) {
				linger();
				throw new IllegalStateException("Told to stop", ex);
			}
		}

		/**
		 * Wait without a limit, because Spring does not wait for a thread in that state.
		 */
		private static void linger() {
			CompletableFuture.runAsync(() -> {
			}, CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS)).join();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SlowMetadataApplication {

		@Bean
		MetadataSource engine() {
			return new Metadata("engine", (connection) -> {
				System.out.println("in apply()");
				Thread.sleep(60_000);
			});
		}

	}

	/**
	 * Ends the JVM from a listener, which returns once the JVM has begun to end.
	 */
	@Configuration(proxyBeanMethods = false)
	static class EndingListenerApplication {

		@EventListener(MigrationsCompletedEvent.class)
		void end() {
			new Thread(() -> System.exit(0)).start();
			Awaitility.await().until(EndingListenerApplication::isEnding);
		}

		private static boolean isEnding() {
			try {
				Thread hook = new Thread();
				Runtime.getRuntime().addShutdownHook(hook);
				Runtime.getRuntime().removeShutdownHook(hook);
				return false;
			}
			catch (IllegalStateException ex) {
				return true;
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NeverSettledApplication {

		@Bean
		SettleCondition engine() {
			return new Condition("engine", () -> {
				System.out.println("asked whether it has settled");
				return Settlement.notYet("it reads the schema");
			});
		}

	}

}
