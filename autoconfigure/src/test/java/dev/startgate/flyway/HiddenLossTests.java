package dev.startgate.flyway;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;

import javax.sql.DataSource;

import dev.startgate.MigrationCoordinator;
import dev.startgate.chaos.TcpProxy;
import dev.startgate.flyway.FaultyDataSource.Fault;
import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.StartingReplica;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * On MySQL and MariaDB Flyway does not say that its connection broke while it asked for
 * the version of the server. It complains about a version without digits. MariaDB's
 * driver may connect again behind the same connection.
 */
@ExtendWith(OutputCaptureExtension.class)
class HiddenLossTests {

	@TempDir
	private Path directory;

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3 })
	void isALostConnection(int count) throws Exception {
		Files.writeString(this.directory.resolve("V1__ran.sql"),
				"create table ran (n int); insert into ran values (1);");
		String url = MariaDbDatabase.create();
		try (StartingReplica replica = StartingReplica.of(
				new String[] { "spring.datasource.url=" + url, "spring.datasource.username=root" },
				"spring.flyway.enabled=false", "startgate.retry.delay=5ms")) {
			assertThat(replica.started()).succeedsWithin(PATIENCE);
			FaultyDataSource faulty = new FaultyDataSource(replica.bean(DataSource.class), Fault.VERSION, count);
			replica.bean(MigrationCoordinator.class)
				.migrate(Flyway.configure().dataSource(faulty).locations("filesystem:" + this.directory).load());
			assertThat(faulty.hasFailed()).as("the fault was met").isTrue();
		}
		assertThat(MariaDbDatabase.jdbc(url).queryForList("select n from ran", Integer.class)).containsExactly(1);
	}

	@Test
	void aConnectionThatItsDriverReplacesIsALostOne(CapturedOutput output) throws Exception {
		Files.writeString(this.directory.resolve("V1__ran.sql"),
				"alter table parcel add column a int; insert into parcel values (1, 2);");
		URI database = URI.create(MariaDbDatabase.create().replaceFirst("jdbc:", ""));
		String url = "jdbc:" + database;
		MariaDbDatabase.jdbc(url).execute("create table parcel (id int)");
		try (TcpProxy proxy = new TcpProxy(database.getPort(), () -> "replica");
				Connection reading = DriverManager.getConnection(url, "root", "")) {
			reading.setAutoCommit(false);
			reading.createStatement().executeQuery("select * from parcel");
			String address = "localhost:" + proxy.port();
			try (StartingReplica replica = StartingReplica.of(
					new String[] { "spring.datasource.url=jdbc:mariadb:sequential://" + address + "," + address
							+ database.getPath(), "spring.datasource.username=root" },
					"spring.flyway.locations=filesystem:" + this.directory, "spring.flyway.baseline-on-migrate=true",
					"spring.flyway.baseline-version=0", "startgate.ddl.lock-timeout=0", "startgate.retry.delay=5ms")) {
				Awaitility.await().until(() -> !ScriptServer.MARIADB.waiting(url, "alter table parcel").isEmpty());
				proxy.cut();
				replica.awaitAnswer("waits for its end");
				reading.rollback();
				assertThat(replica.started()).succeedsWithin(PATIENCE);
			}
		}
		assertThat(MariaDbDatabase.jdbc(url).queryForList("select a from parcel", Integer.class)).containsExactly(2);
		assertThat(MariaDbDatabase.jdbc(url)
			.queryForList("select success from flyway_schema_history where version = '1'", Boolean.class))
			.containsExactly(true);
		assertThat(output).contains("in statement 1 (alter table parcel), which had taken effect");
	}

}
