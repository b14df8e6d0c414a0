package dev.startgate.flyway;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.GateState;
import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.StartingReplica;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A Flyway outside of Startgate that has Flyway's own lock.
 */
@ExtendWith(OutputCaptureExtension.class)
class ForeignLockTests {

	@Test
	void isWaitedForAndNamedOnPostgreSql(CapturedOutput output) {
		String url = PostgresDatabase.create().url() + "?ApplicationName=old-pod";
		waitsForAndNames(url, "postgres", "long",
				"select count(*) from pg_stat_activity"
						+ " where datname = current_database() and state = 'active' and query like '%pg_sleep(%)%'"
						+ " and pid <> pg_backend_pid()");
		assertThat(output)
			.containsPattern("Waiting for session \\d+ of user 'postgres' \\(old-pod, 127.0.0.1\\), which has"
					+ " Flyway's own lock.*select pg_terminate_backend\\(\\d+\\)");
	}

	@Test
	void isWaitedForAndNamedOnMariaDb(CapturedOutput output) {
		waitsForAndNames(MariaDbDatabase.create(), "root", "sleeping",
				"select count(*) from information_schema.processlist where info like 'select sleep(%'");
		assertThat(output).containsPattern(
				"Waiting for session \\d+ of user 'root'.*, which has" + " Flyway's own lock.*kill connection \\d+");
	}

	private static void waitsForAndNames(String url, String user, String locations, String working) {
		DriverManagerDataSource dataSource = new DriverManagerDataSource(url, user, "");
		Flyway foreign = Flyway.configure()
			.dataSource(dataSource)
			.locations("classpath:db/" + locations)
			.placeholders(Map.of("seconds", "6"))
			.load();
		CompletableFuture<MigrateResult> foreignEnd = CompletableFuture.supplyAsync(foreign::migrate);
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		Awaitility.await().until(() -> jdbc.queryForObject(working, Long.class) == 1);
		try (StartingReplica replica = StartingReplica.of(
				new String[] { "spring.datasource.url=" + url.replace("old-pod", "new-pod"),
						"spring.datasource.username=" + user },
				"spring.flyway.locations=classpath:db/" + locations, "spring.flyway.placeholders.seconds=6")) {
			replica.awaitState(GateState.WAITING);
			List<Unsettled> shown = replica.gate().snapshot().unsettled();
			assertThat(shown).hasSize(1).first().extracting(Unsettled::name).asString().contains(user);
			assertThat(foreignEnd).isNotDone();
			assertThat(replica.started()).succeedsWithin(PATIENCE);
			assertThat(replica.gate().snapshot().unsettled()).isEmpty();
			assertThat(foreignEnd).isCompleted();
		}
	}

}
