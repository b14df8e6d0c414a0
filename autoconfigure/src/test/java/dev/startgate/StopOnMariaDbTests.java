package dev.startgate;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.stream.Stream;

import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.ReplicaProcess;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what a replica says and leaves when it is stopped on a database that commits DDL
 * implicitly.
 */
@Tag("long")
@DisabledOnOs(OS.WINDOWS)
class StopOnMariaDbTests {

	private final String url = MariaDbDatabase.create();

	private final JdbcTemplate jdbc = MariaDbDatabase.jdbc(this.url);

	@TempDir
	private Path directory;

	@Test
	void whoMigratesAndWhoWaitsForItEachSayWhatTheyLeave() throws Exception {
		try (Connection held = DriverManager.getConnection(this.url, "root", "")) {
			held.createStatement().execute("select get_lock('4711', 1)");
			try (ReplicaProcess holder = start("spring.flyway.locations=classpath:db/held-mariadb",
					"startgate.replica-name=holder")) {
				awaitStatement("select get_lock('4711'%");
				try (ReplicaProcess waiter = start("spring.flyway.locations=classpath:db/held-mariadb")) {
					waiter.awaitLog("Waiting for replica 'holder'");
					assertThat(waiter.stopAndSay()).contains("had been waiting for",
							": for replica 'holder' (generation", "). It leaves nothing half done");
				}
				assertThat(holder.stopAndSay()).contains(" WARN ", "had been migrating for",
						": 1 of 2 done, now V2 wait to be let go",
						". Migration V2 'wait to be let go' (V2__wait_to_be_let_go.sql) was interrupted: what it has "
								+ "done outside a transaction is there, and the next start decides what happens with it. "
								+ "The lock '",
						".flyway_schema_history' is released");
				assertThat(isHeld()).isFalse();
			}
		}
	}

	@Test
	void whoIsHeldUpByAnotherSessionSaysTheSame() throws Exception {
		this.jdbc.execute("create table parcel (id int)");
		try (Connection other = DriverManager.getConnection(this.url, "root", "")) {
			other.createStatement().execute("lock tables parcel write");
			try (ReplicaProcess replica = start("spring.flyway.locations=classpath:db/newer",
					"spring.flyway.baseline-on-migrate=true")) {
				awaitStatement("alter table parcel%");
				assertThat(replica.stopAndSay()).contains(
						". Migration V2 'add weight' (V2__add_weight.sql) was " + "interrupted: ",
						".flyway_schema_history' is released");
				assertThat(isHeld()).isFalse();
			}
		}
	}

	@Test
	void whoIsBlockedHoldsNothing() throws Exception {
		try (ReplicaProcess replica = start("spring.flyway.locations=classpath:db/broken",
				"startgate.on-failure=stay-down")) {
			replica.awaitLog("This replica is blocked");
			assertThat(replica.stopAndSay()).contains("had been blocked for",
					". What blocks it is still to be resolved");
			assertThat(isHeld()).isFalse();
		}
	}

	private ReplicaProcess start(String... arguments) throws IOException {
		return ReplicaProcess.start(this.directory, TestApplication.class,
				Stream
					.concat(Stream.of("spring.datasource.url=" + this.url, "spring.datasource.username=root"),
							Stream.of(arguments))
					.toList());
	}

	private void awaitStatement(String pattern) {
		Awaitility.await()
			.until(() -> this.jdbc.queryForObject(
					"select count(*) from information_schema.processlist where info like ? and db = database()",
					Long.class, pattern) == 1);
	}

	private boolean isHeld() {
		List<Long> held = this.jdbc
			.queryForList("select count(*) from startgate_lock where lock_until > utc_timestamp(3)", Long.class);
		return held.get(0) > 0;
	}

}
