package dev.startgate.lock;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import javax.sql.DataSource;

import dev.startgate.chaos.TcpProxy;
import dev.startgate.coordination.HolderNote;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.Lock;
import dev.startgate.testing.DriverWarnings;
import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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

	/**
	 * MariaDB's driver then has another session behind the same connection.
	 */
	@Test
	void whatADriverLeavesRunningWhenItConnectsAgainStaysRecorded() throws Exception {
		try (TcpProxy proxy = new TcpProxy(port(), () -> "work");
				Lock one = open("one", threads(), false);
				Connection holding = holding();
				Connection busy = DriverManager.getConnection(severalAddresses(proxy), user(), "")) {
			try (Lease lease = acquire(one)) {
				lease.sessions().guard(busy);
				CompletableFuture<Void> statement = CompletableFuture.runAsync(() -> execute(busy, slowStatement()));
				awaitRunning();
				proxy.cut();
				assertThat(statement).failsWithin(PATIENCE);
				assertThat(busy.isValid(1)).as("connected again").isTrue();
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> lease.sessions().fence(busy));
				lease.sessions().unguard(busy);
			}
			assertThat(recordedSessions()).hasSize(1);
			holding.close();
		}
	}

	/**
	 * As ProxySQL does: it answers this very text with a number of its own.
	 */
	@Test
	void aProxyWithNumbersOfItsOwnDoesNotHideASession() throws SQLException {
		try (Lock one = open("one", vanishing(), false, invented("select connection_id()"));
				Lock other = open("other", threads(), false)) {
			String recorded = String.valueOf(recordedBy(acquire(one)));
			vanish();
			assertThat(recorded).doesNotStartWith("4711@");
			Awaitility.await()
				.during(Duration.ofSeconds(2))
				.atMost(Duration.ofSeconds(9))
				.until(() -> other.look().holder() != null);
			end(0);
			Awaitility.await().until(() -> other.look().holder() == null);
		}
	}

	@Test
	void aProxyWhoseNumbersNobodyElseSeesDoesNotKeepSessionsApart(CapturedOutput output) throws SQLException {
		try (Lock one = open("one", threads(), false, invented("select connection_id() as id"));
				Lease lease = one.tryAcquire().orElseThrow()) {
			Awaitility.await().until(() -> lease.clear().isEmpty());
			assertThat(lease.sessions().isExclusive()).isFalse();
			assertThat(output).contains("does not keep sessions apart");
		}
	}

	/**
	 * Each connection gets a number of its own that is not the server's.
	 */
	private DataSource invented(String answered) {
		return intercepted((number, method, arguments) -> {
			if (method.equals("executeQuery") && arguments.length > 0 && answered.equals(arguments[0])) {
				arguments[0] = "select " + (4710 + number);
			}
		});
	}

	private String recordedBy(Lease lease) {
		assertThat(lease.sessions().isExclusive()).isTrue();
		return recordedSessions().get(0);
	}

	/**
	 * A client such as a workbench, or an administrator, sets it.
	 */
	@Test
	void aServerThatRefusesChangesWithoutAKeyServesAsWell() throws SQLException {
		String safe = url(jdbc()) + "?sessionVariables=sql_safe_updates=1";
		DataSource source = new DriverManagerDataSource(safe, user(), "");
		try (Lock one = open("one", vanishing(), false, source);
				Lock other = open("other", threads(), false, source);
				Connection work = source.getConnection()) {
			Lease stale = acquire(one);
			stale.sessions().guard(work);
			stale.sessions().fence(work);
			stale.notes().write(HolderNote.Kind.INTENT, "V1", "begun");
			vanish();
			end(1);
			end(0);
			Awaitility.await().until(() -> other.look().holder() == null);
			try (Lease lease = acquire(other)) {
				lease.notes().erase(HolderNote.Kind.INTENT, "V1");
			}
			assertThat(recordedSessions()).isEmpty();
		}
		MariaDbDatabase.jdbc(safe).execute("drop table startgate_lock, startgate_record");
		new SpringApplicationBuilder(TestApplication.class).web(WebApplicationType.NONE)
			.properties("spring.datasource.url=" + safe, "spring.datasource.username=root",
					"spring.flyway.locations=classpath:db/jpa")
			.run()
			.close();
	}

	private int port() throws SQLException {
		return URI.create(url(jdbc()).replaceFirst("jdbc:", "")).getPort();
	}

	private String severalAddresses(TcpProxy proxy) throws SQLException {
		String address = "localhost:" + proxy.port();
		return "jdbc:mariadb:sequential://" + address + "," + address
				+ URI.create(url(jdbc()).replaceFirst("jdbc:", "")).getPath();
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
