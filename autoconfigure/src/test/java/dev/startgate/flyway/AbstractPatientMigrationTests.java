package dev.startgate.flyway;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.startgate.GateSnapshot.Progress;
import dev.startgate.gate.Gate;
import dev.startgate.gate.StartCounter;
import dev.startgate.testing.FailureAnalyses;
import dev.startgate.testing.FreePort;
import dev.startgate.testing.Http;
import dev.startgate.testing.StartingReplica;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A migration changes a table while another session has a transaction open on it and
 * others read it.
 */
@ExtendWith(OutputCaptureExtension.class)
abstract class AbstractPatientMigrationTests {

	static final String LIMIT = "startgate.ddl.lock-timeout=1s";

	@TempDir
	private Path directory;

	abstract String[] database();

	abstract DataSource dataSource();

	/**
	 * Return what a person types to end a session.
	 */
	abstract String end(long session);

	abstract long session(Connection connection) throws SQLException;

	/**
	 * Return a query for how many sessions wait for a lock on a table while they read it.
	 */
	abstract String waitingReaders();

	/**
	 * Return an expression for the time-out of a session.
	 */
	abstract String timeout();

	final JdbcTemplate jdbc() {
		return new JdbcTemplate(dataSource());
	}

	@BeforeEach
	void createTable() {
		jdbc().execute("create table parcel (id int primary key, weight int)");
		jdbc().execute("insert into parcel values (1, 1)");
	}

	@Test
	void othersReadWhileItWaits(CapturedOutput output) throws Exception {
		write("alter table parcel add column note int");
		try (Connection blocker = block("select * from parcel"); StartingReplica replica = start(LIMIT)) {
			CompletableFuture<?> started = replica.started();
			AtomicInteger reads = read(started);
			for (int missed = 1; missed <= 3; missed++) {
				awaitMissed(replica, missed);
				int before = reads.get();
				Awaitility.await().failFast(started::isDone).until(() -> reads.get() > before);
			}
			String session = "session " + session(blocker);
			// on a busy machine an attempt may end before it is seen for whom it waits
			Awaitility.await()
				.failFast(started::isDone)
				.untilAsserted(() -> assertThat(((Gate) replica.gate()).snapshot().progress().current())
					.contains("V2 change, which waits for ", session));
			Awaitility.await().failFast(started::isDone).until(() -> output.getAll().contains(session));
			blocker.rollback();
			started.get();
		}
		assertThat(columns()).contains("note");
		assertThat(output)
			.containsPattern("WARN .*V2 change \\(alter table parcel add column\\) waits for .*session \\d+ of"
					+ " user '.+'.* whose transaction is open since .*Z. It has stepped back after attempt \\d+,"
					+ " so that others can use the table, and tries again in .* have passed; to end what it waits for by hand: ");
		assertThat(output).doesNotContain("That is a transient failure");
	}

	@Test
	void aReplicaThatWaitsSaysForWhom(CapturedOutput output) throws Exception {
		write("alter table parcel add column note int");
		try (Connection blocker = block("select * from parcel");
				StartingReplica holder = start(LIMIT, "startgate.replica-name=holder")) {
			awaitMissed(holder, 1);
			String url = "http://localhost:" + FreePort.next() + "/actuator/";
			try (StartingReplica web = waiting("web", "migrate", url);
					StartingReplica worker = waiting("w", "wait", "")) {
				String current = "V2 change, which waits for ";
				String session = "session " + session(blocker);
				for (String page : List.of("health", "startgate")) {
					Awaitility.await()
						.ignoreExceptions()
						.failFast(web.started()::isDone)
						.untilAsserted(
								() -> assertThat(Http.get(url + page).body()).contains("WAITING", current, session));
				}
				assertThat(Http.send(Http.request(url + "startgate").header("Accept", "text/html")).body())
					.contains("Waiting for replica", current, session);
				String now = ": 0 of 1 done, now " + Pattern.quote(current) + ".*" + session + " .*";
				Awaitility.await()
					.failFast(worker.started()::isDone)
					.untilAsserted(() -> assertThat(output).containsPattern("Waiting for replica 'holder' .*" + now)
						.containsPattern("Waiting for others .* Replica 'holder' has the lock" + now));
				blocker.rollback();
				web.started().get();
				worker.started().get();
			}
			holder.started().get();
		}
	}

	@Test
	void withoutUsAllWaitUntilTheTransactionHasEnded() throws Exception {
		write("alter table parcel add column note int");
		try (Connection blocker = block("select * from parcel");
				StartingReplica replica = start("startgate.ddl.lock-timeout=0")) {
			AtomicInteger reads = read(replica.started());
			Awaitility.await().until(() -> jdbc().queryForObject(waitingReaders(), Long.class) == 1);
			int before = reads.get();
			Awaitility.await().during(Duration.ofSeconds(2)).until(() -> reads.get() == before);
			blocker.rollback();
			replica.started().get();
		}
	}

	@Test
	void inTheEndItGivesUpAndSaysBecauseOfWhom(CapturedOutput output) throws Exception {
		write("alter table parcel add column note int");
		try (Connection blocker = block("select * from parcel")) {
			try (StartingReplica replica = start("startgate.ddl.lock-timeout=6s", "startgate.ddl.give-up-after=14s")) {
				Throwable failure = replica.started().handle((started, ex) -> ex).get();
				FailureAnalysis analysis = FailureAnalyses.of(failure.getCause());
				assertThat(analysis.getDescription()).contains(
						"V2 change (alter table parcel add column) did not get its lock on a table in",
						"session " + session(blocker) + " of user '", "whose transaction is open since ");
				assertThat(analysis.getDescription()).containsPattern("It was tried \\d+ times, ");
				assertThat(analysis.getAction()).contains(end(session(blocker)) + ";", "startgate.ddl.give-up-after");
			}
			assertThat(output).doesNotContain("That is a transient failure", "was interrupted");
			blocker.rollback();
		}
		try (StartingReplica replica = start(LIMIT)) {
			replica.started().get();
		}
		assertThat(columns()).contains("note");
	}

	/**
	 * Each new try has as much time as the first one, and steps back between its
	 * attempts.
	 */
	@Test
	void whoStaysUpTriesAgainAndGoesOnOnceTheTableIsFree(CapturedOutput output) throws Exception {
		write("alter table parcel add column note int");
		try (Connection blocker = block("select * from parcel");
				StartingReplica replica = start(LIMIT, "startgate.ddl.give-up-after=3s",
						"startgate.on-failure=stay-down")) {
			Awaitility.await()
				.failFast(replica.started()::isDone)
				.until(() -> output.getAll().contains("It stays up, and goes on by itself once this is resolved"));
			awaitMissed(replica, missed(replica) + 1);
			blocker.rollback();
			replica.started().get();
		}
		assertThat(columns()).contains("note");
	}

	/**
	 * On MariaDB, Startgate may see that another transaction is open. That transaction
	 * has nothing to do with the slow statement.
	 */
	@Test
	void whatOnlyTakesLongDoesNotWait(CapturedOutput output) throws Exception {
		write(takesLong());
		jdbc().execute("create table customer (id int primary key)");
		try (Connection other = block("select * from customer"); StartingReplica replica = start(LIMIT)) {
			AtomicBoolean seen = new AtomicBoolean();
			Awaitility.await().until(() -> {
				String current = current(replica);
				assertThat(current).doesNotContain("waits for");
				seen.compareAndSet(false, current.equals("V2 change"));
				return replica.started().isDone();
			});
			replica.started().get();
			assertThat(seen).isTrue();
			other.rollback();
		}
		assertThat(output).doesNotContain("V2 change, which waits");
	}

	static String current(StartingReplica replica) {
		Progress progress = replica.isShowing() ? replica.gate().snapshot().progress() : null;
		return String.valueOf((progress != null) ? progress.current() : null);
	}

	/**
	 * Return a statement that takes a strong lock and works for several seconds.
	 */
	abstract String takesLong();

	@Test
	void theTimeoutIsUndone() throws Exception {
		write("create table own as select " + timeout() + " as timeout; alter table parcel add column note int; "
				+ "create table after as select " + timeout() + " as timeout");
		try (Connection blocker = block("select * from parcel"); StartingReplica replica = start(LIMIT)) {
			awaitMissed(replica, 1);
			blocker.rollback();
			JdbcTemplate pooled = new JdbcTemplate(replica.started().get().getBean(DataSource.class));
			String own = jdbc().queryForObject("select " + timeout(), String.class);
			assertThat(pooled.queryForObject("select " + timeout(), String.class)).isEqualTo(own);
			assertThat(pooled.queryForObject("select timeout from after", String.class))
				.isEqualTo(pooled.queryForObject("select timeout from own", String.class));
		}
	}

	@Test
	void rowLocksAreWaitedForAsEver() throws Exception {
		write("update parcel set weight = weight + 1; alter table parcel add column note int");
		try (Connection blocker = block("update parcel set weight = 5"); StartingReplica replica = start(LIMIT)) {
			Awaitility.await().until(() -> jdbc().queryForObject(waitingLong(), Long.class) == 1);
			blocker.commit();
			replica.started().get();
			assertThat(missed(replica)).isZero();
		}
		assertThat(jdbc().queryForObject("select weight from parcel", Integer.class)).isEqualTo(6);
	}

	/**
	 * Return a query for how many sessions have run an {@code update} for longer than the
	 * limit.
	 */
	abstract String waitingLong();

	final Connection block(String sql) throws SQLException {
		Connection blocker = dataSource().getConnection();
		blocker.setAutoCommit(false);
		try (Statement statement = blocker.createStatement()) {
			statement.execute(sql);
		}
		return blocker;
	}

	/**
	 * Read again and again, on one connection.
	 */
	final AtomicInteger read(CompletableFuture<?> until) {
		AtomicInteger reads = new AtomicInteger();
		new Thread(() -> {
			try (Connection connection = dataSource().getConnection();
					Statement statement = connection.createStatement()) {
				while (!until.isDone()) {
					statement.execute("select count(id) from parcel");
					reads.incrementAndGet();
				}
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}, "reader").start();
		return reads;
	}

	final void awaitMissed(StartingReplica replica, long least) {
		Awaitility.await()
			.failFast(() -> replica.started().isDone())
			.until(() -> replica.isShowing() && missed(replica) >= least);
	}

	static long missed(StartingReplica replica) {
		return ((Gate) replica.gate()).journal().entries().count(StartCounter.LOCK_MISSED);
	}

	final void write(String sql) throws IOException {
		write(2, sql);
	}

	final void write(int version, String sql) throws IOException {
		Files.writeString(this.directory.resolve("V" + version + "__change.sql"), sql);
	}

	final StartingReplica start(String... properties) {
		return StartingReplica.of(database(), Stream
			.concat(Stream.of("spring.flyway.locations=filesystem:" + this.directory,
					"spring.flyway.baseline-on-migrate=true", "startgate.retry.max-retries=0"), Stream.of(properties))
			.toArray(String[]::new));
	}

	private StartingReplica waiting(String name, String mode, String url) {
		return StartingReplica.of(url.isEmpty() ? WebApplicationType.NONE : WebApplicationType.SERVLET, database(),
				"spring.flyway.locations=filesystem:" + this.directory, "startgate.replica-name=" + name,
				"startgate.mode=" + mode, "startgate.timing=after-web-server",
				"server.port=" + (url.isEmpty() ? 0 : URI.create(url).getPort()),
				"management.endpoints.web.exposure.include=health,startgate",
				"management.endpoint.health.show-details=always");
	}

	final List<String> columns() {
		return jdbc().queryForList("select column_name from information_schema.columns where table_name = 'parcel'",
				String.class);
	}

}
