package dev.startgate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.ReplicaProcess;
import dev.startgate.testing.TestApplication;
import dev.startgate.testing.WebModules;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A replica that is a process of its own and is asked to end.
 */
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
		start(TestApplication.class, "spring.flyway.locations=classpath:db/long",
				"spring.flyway.placeholders.seconds=60");
		Awaitility.await().until(() -> sleepingSessions() == 1);
		this.process.stop();
		assertThat(sleepingSessions()).isZero();
		assertThat(isHeld()).isFalse();
	}

	@Test
	void whoIsInAStrategyReleasesHoweverSlowly() throws Exception {
		start(SleepingApplication.class);
		this.process.awaitLog("in the strategy");
		this.process.stop();
		assertThat(isHeld()).isFalse();
		assertThat(log()).doesNotContain("\tat ");
	}

	@Test
	void whoWaitsEndsAtOnceAndQuietly() throws Exception {
		TestApplication.start(this.database).close();
		this.jdbc.update("insert into startgate_lock values ('public.flyway_schema_history',"
				+ " timezone('utc', now()) + interval '1 hour', timezone('utc', now()), 'other#1')"
				+ " on conflict (name) do update set lock_until = excluded.lock_until");
		start(TestApplication.class, "spring.flyway.locations=classpath:db/long",
				"spring.flyway.placeholders.seconds=60");
		this.process.awaitLog("Waiting for replica");
		this.process.stop();
		assertThat(log()).doesNotContain("\tat ");
	}

	private void start(Class<?> application, String... arguments) throws IOException {
		this.process = ReplicaProcess.start(this.directory, application,
				Stream.concat(Stream.of(this.database.properties()), Stream.of(arguments)).toList());
	}

	private String log() {
		return this.process.log();
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
	@Import(WebModules.class)
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
		 * Spring does not wait for a thread that waits without a limit.
		 */
		private static void linger() {
			CompletableFuture.runAsync(() -> {
			}, CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS)).join();
		}

		public static void main(String[] args) {
			SpringApplication.run(SleepingApplication.class, args);
		}

	}

}
