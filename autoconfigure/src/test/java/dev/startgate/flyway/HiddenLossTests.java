package dev.startgate.flyway;

import java.nio.file.Files;
import java.nio.file.Path;

import javax.sql.DataSource;

import dev.startgate.MigrationCoordinator;
import dev.startgate.flyway.FaultyDataSource.Fault;
import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.StartingReplica;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * On MySQL and MariaDB Flyway does not say that its connection broke while it asked for
 * the version of the server. It complains about a version without digits.
 */
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

}
