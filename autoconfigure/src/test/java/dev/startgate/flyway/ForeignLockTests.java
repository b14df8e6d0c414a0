package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
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
 * A Flyway outside of Startgate holds Flyway's own lock.
 */
@ExtendWith(OutputCaptureExtension.class)
class ForeignLockTests {

	@Test
	void isWaitedForAndNamedOnPostgreSql(CapturedOutput output) throws SQLException {
		String url = PostgresDatabase.create().url() + "?ApplicationName=old-pod";
		waitsForAndNames(url, "postgres", "held", "select pg_advisory_lock(4711)",
				"select count(*) from pg_stat_activity where datname = current_database()"
						+ " and wait_event = 'advisory' and query like '%pg_advisory_xact_lock(4711)%'");
		assertThat(output)
			.containsPattern("Waiting for session \\d+ of user 'postgres' \\(old-pod, 127.0.0.1\\), which has"
					+ " Flyway's own lock.*select pg_terminate_backend\\(\\d+\\)")
			.doesNotContain("ERROR");
	}

	@Test
	void isWaitedForAndNamedOnMariaDb(CapturedOutput output) throws SQLException {
		waitsForAndNames(MariaDbDatabase.create(), "root", "held-mariadb", "select get_lock('4711', 0)",
				"select count(*) from information_schema.processlist where info like 'select get_lock(%600)'");
		assertThat(output)
			.containsPattern(
					"Waiting for session \\d+ of user 'root'.*, which has Flyway's own lock.*kill connection \\d+")
			.doesNotContain("ERROR");
	}

	private static void waitsForAndNames(String url, String user, String locations, String hold, String held)
			throws SQLException {
		DriverManagerDataSource dataSource = new DriverManagerDataSource(url, user, "");
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		Connection holding = dataSource.getConnection();
		try (holding; Statement statement = holding.createStatement()) {
			statement.execute(hold);
			Flyway foreign = Flyway.configure().dataSource(dataSource).locations("classpath:db/" + locations).load();
			CompletableFuture<MigrateResult> foreignEnd = CompletableFuture.supplyAsync(foreign::migrate);
			Awaitility.await().until(() -> jdbc.queryForObject(held, Long.class) == 1);
			// the replica ends once the migration goes on, so the lock is released first
			try (StartingReplica replica = StartingReplica.of(
					new String[] { "spring.datasource.url=" + url.replace("old-pod", "new-pod"),
							"spring.datasource.username=" + user },
					"spring.flyway.locations=classpath:db/" + locations); holding) {
				replica.awaitState(GateState.WAITING);
				Awaitility.await()
					.untilAsserted(() -> assertThat(replica.gate().snapshot().unsettled()).singleElement()
						.extracting(Unsettled::name)
						.asString()
						.contains(user));
				assertThat(foreignEnd).isNotDone();
				holding.close();
				assertThat(replica.started()).succeedsWithin(PATIENCE);
				assertThat(replica.gate().snapshot().unsettled()).isEmpty();
				assertThat(foreignEnd).succeedsWithin(PATIENCE);
			}
		}
	}

}
