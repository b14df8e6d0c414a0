package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;

import javax.sql.DataSource;

import dev.startgate.testing.DriverWarnings;
import dev.startgate.testing.FailureAnalyses;
import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.StartingReplica;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Patient migrations on MariaDB, which commits each change of the schema.
 */
@Tag("long")
class PatientMigrationMariaDbTests extends AbstractPatientMigrationTests {

	private static final String RUNNING = "select count(*) from information_schema.processlist where db = database() and ";

	private final String url = MariaDbDatabase.create();

	@BeforeAll
	static void askForGrants() throws SQLException {
		MariaDbDatabase.askForGrants();
	}

	/**
	 * Compared with plain Spring Boot, the driver warns only of the missed locks.
	 */
	@Test
	void theDriverWarnsOfNothingElse(CapturedOutput output) throws Exception {
		assertOnlyMissesAreWarnedOf(output, "root", "waits for perhaps session ");
		assertThat(output)
			.contains(". Look first at what it does ('show full processlist'): it may have nothing to do");
	}

	/**
	 * With a time-out, the server would not fail, but answer with a row that it did not
	 * get its lock.
	 */
	@Test
	void whatDoesNotFailWaitsAsLongAsItMust() throws Exception {
		write("optimize table parcel");
		try (Connection blocker = block("select * from parcel"); StartingReplica replica = start(LIMIT)) {
			Awaitility.await()
				.failFast(replica.started()::isDone)
				.until(() -> jdbc().queryForObject(RUNNING + "info like 'optimize%' and time_ms > 2000", Integer.class),
						(waiting) -> waiting == 1);
			blocker.rollback();
			replica.started().get();
		}
	}

	@Test
	void whoGivesUpSaysWhatToTypeIfTheMigrationDoesNotResume() throws Exception {
		write("alter table parcel add column note int");
		try (Connection blocker = block("select * from parcel");
				StartingReplica replica = start(LIMIT, "startgate.ddl.give-up-after=2s",
						"startgate.on-interrupted=stop")) {
			Throwable failure = replica.started().handle((started, ex) -> ex).get();
			assertThat(FailureAnalyses.of(failure.getCause()).getAction()).contains(end(session(blocker)) + ";",
					"remove its row from Flyway's history", "delete from", "'startgate.ddl.give-up-after' to more");
			blocker.rollback();
		}
	}

	@Test
	void withoutTheRightToLookNobodyIsNamed(CapturedOutput output) throws Exception {
		String name = this.url.substring(this.url.lastIndexOf('/') + 1);
		jdbc().execute("create or replace user 'patient'@'localhost' identified by ''");
		jdbc().execute("grant all on " + name + ".* to 'patient'@'localhost'");
		assertOnlyMissesAreWarnedOf(output, "patient", "waits for a lock on a table, and it can't be seen who has it");
	}

	private void assertOnlyMissesAreWarnedOf(CapturedOutput output, String user, String said) throws Exception {
		write("alter table parcel add column note int");
		try (DriverWarnings warnings = new DriverWarnings(output);
				Connection blocker = block("select * from parcel");
				StartingReplica replica = start(LIMIT, "spring.datasource.username=" + user)) {
			awaitMissed(replica, 2);
			Awaitility.await().failFast(replica.started()::isDone).until(() -> output.getAll().contains(said));
			blocker.rollback();
			replica.started().get();
			// Flyway asks for events, which the embedded server does not have
			assertThat(warnings.lines()).filteredOn((line) -> !line.contains("1577"))
				.isNotEmpty()
				.allMatch((line) -> line.contains("1205"));
		}
	}

	@Override
	String takesLong() {
		return "create or replace table slow as select sleep(4) as slept";
	}

	@Override
	String[] database() {
		return new String[] { "spring.datasource.url=" + this.url, "spring.datasource.username=root" };
	}

	@Override
	DataSource dataSource() {
		return new DriverManagerDataSource(this.url, "root", "");
	}

	@Override
	String end(long session) {
		return "kill connection " + session;
	}

	@Override
	long session(Connection connection) throws SQLException {
		try (ResultSet row = connection.createStatement().executeQuery("select connection_id()")) {
			row.next();
			return row.getLong(1);
		}
	}

	@Override
	String waitingReaders() {
		return RUNNING + "info like 'select count(id)%' and state like 'Waiting for table%'";
	}

	@Override
	String waitingLong() {
		return RUNNING + "info like 'update parcel%' and time_ms > 2000";
	}

	@Override
	String timeout() {
		return "@@lock_wait_timeout";
	}

}
