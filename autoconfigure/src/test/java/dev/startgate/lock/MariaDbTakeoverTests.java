package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import javax.sql.DataSource;

import dev.startgate.coordination.Lease;
import dev.startgate.coordination.Lock;
import dev.startgate.testing.DriverWarnings;
import dev.startgate.testing.MariaDbDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Takeover on MariaDB.
 */
@Tag("long")
class MariaDbTakeoverTests extends TakeoverContract {

	@Override
	String url() {
		return MariaDbDatabase.create();
	}

	@Override
	String user() {
		return "root";
	}

	@Override
	Sessions sessions() {
		return new MySqlSessions();
	}

	@Override
	String lock(long key) {
		return "get_lock('" + key + "', 600)";
	}

	@Override
	String activity() {
		return "information_schema.processlist where id <> connection_id() and info";
	}

	@Test
	void aRowThatIsLockedIsNoErrorOfTheServer(CapturedOutput output) throws SQLException {
		try (DriverWarnings warnings = new DriverWarnings(output)) {
			whoWasFrozenWhileItRenewedIsEnded();
			assertThat(warnings.lines()).noneMatch((line) -> line.contains("Lock wait timeout exceeded"));
		}
	}

	@Test
	void aFenceThatIsLockedIsNoErrorOfTheServer(CapturedOutput output) throws SQLException {
		try (DriverWarnings warnings = new DriverWarnings(output); Lock one = open("one", vanishing(), false)) {
			Lease stale = acquire(one);
			Connection unknown = connect();
			unknown.setAutoCommit(false);
			stale.sessions().fence(unknown);
			vanish();
			runOut();
			try (Lock other = open("other", threads(), false); Lease lease = other.tryAcquire().orElseThrow()) {
				Awaitility.await()
					.until(() -> lease.clear().toString().contains("the transaction of an earlier holder"));
				unknown.rollback();
				Awaitility.await().until(() -> lease.clear().isEmpty());
			}
			assertThat(warnings.lines()).noneMatch((line) -> line.contains("Lock wait timeout exceeded"));
		}
	}

	@Test
	void whoIsConnectedToAnotherServerDoesNotTakeAHolderForDead() throws SQLException {
		try (Lock one = open("one", vanishing(), false);
				Lock other = open("other", threads(), false, atAnotherServer())) {
			acquire(one);
			vanish();
			end(0);
			Awaitility.await()
				.during(Duration.ofSeconds(3))
				.atMost(Duration.ofSeconds(9))
				.until(() -> other.look().holder() != null);
		}
	}

	/**
	 * Otherwise the holder would sometimes take its own session for that of another
	 * holder, and end it.
	 */
	@Test
	void aSessionIsTheSameThroughEachProxyOfSpring() throws SQLException {
		try (Connection connection = jdbc().getDataSource().getConnection()) {
			Sessions sessions = sessions();
			DatabaseSession session = sessions.of(new SingleConnectionDataSource(connection, true).getConnection());
			assertThat(sessions.of(new SingleConnectionDataSource(connection, true).getConnection())).as("asked once")
				.isSameAs(session);
		}
	}

	private DataSource atAnotherServer() throws SQLException {
		return new DriverManagerDataSource(url(jdbc()) + "?sessionVariables=server_id=77", user(), "");
	}

	private static String url(JdbcTemplate jdbc) throws SQLException {
		try (Connection connection = jdbc.getDataSource().getConnection()) {
			return connection.getMetaData().getURL().replaceAll("[?].*", "");
		}
	}

}
