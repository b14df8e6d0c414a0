package dev.startgate.flyway;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.ReplicaProcess;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A replica is asked to end while it waits for a person, or for somebody outside of
 * Startgate.
 */
@DisabledOnOs(OS.WINDOWS)
class StopWhileBlockedTests {

	private final PostgresDatabase database = PostgresDatabase.create();

	private final JdbcTemplate jdbc = this.database.jdbc();

	@TempDir
	private Path directory;

	@Test
	void whoIsBlockedEndsAtOnceAndHoldsNothing() throws Exception {
		try (ReplicaProcess replica = ReplicaProcess.start(this.directory, this.database,
				"spring.flyway.locations=classpath:db/broken", "startgate.on-failure=stay-down")) {
			replica.awaitLog("This replica is blocked");
			assertThat(isHeld()).as("while it is blocked").isFalse();
			assertThat(replica.stopAndSay()).contains("had been blocked for", ": Migration V2 ", "failed",
					". What blocks it is still to be resolved");
		}
	}

	@Test
	void whoWaitsForAForeignLockEndsAtOnceAndReleases() throws Exception {
		Flyway foreign = Flyway.configure()
			.dataSource(this.jdbc.getDataSource())
			.locations("classpath:db/long")
			.placeholders(Map.of("seconds", "60"))
			.load();
		CompletableFuture<Void> ended = CompletableFuture.runAsync(foreign::migrate);
		Awaitility.await().until(() -> sleeping().length > 0);
		try (ReplicaProcess replica = ReplicaProcess.start(this.directory, this.database,
				"spring.flyway.locations=classpath:db/long", "spring.flyway.placeholders.seconds=60")) {
			replica.awaitLog("which has Flyway's own lock");
			assertThat(replica.stopAndSay()).contains("had been waiting for", "which has Flyway's own lock",
					". It leaves nothing half done");
		}
		for (Integer session : sleeping()) {
			this.jdbc.queryForList("select pg_terminate_backend(?)", session);
		}
		assertThat(ended).failsWithin(PATIENCE);
	}

	private Integer[] sleeping() {
		return this.jdbc
			.queryForList(
					"select pid from pg_stat_activity where datname = current_database()"
							+ " and state = 'active' and query like '%pg_sleep(60)%' and pid <> pg_backend_pid()",
					Integer.class)
			.toArray(Integer[]::new);
	}

	private boolean isHeld() {
		return this.jdbc.queryForObject(
				"select count(*) from startgate_lock where lock_until > timezone('utc', clock_timestamp())",
				Long.class) > 0;
	}

}
