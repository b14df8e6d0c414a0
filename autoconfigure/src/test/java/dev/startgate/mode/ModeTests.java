package dev.startgate.mode;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import dev.startgate.testing.FreePort;
import dev.startgate.testing.HeldMigration;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.ReplicaProcess;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Processes of several roles run one image, and one property says what each of them does.
 */
@Tag("long")
class ModeTests {

	private static final String LOCATIONS = "spring.flyway.locations=classpath:db/slow";

	private static final String EXIT = "startgate.mode=migrate-and-exit";

	private static final String WAIT = "startgate.mode=wait";

	private final PostgresDatabase database = PostgresDatabase.create();

	private final JdbcTemplate jdbc = this.database.jdbc();

	@TempDir
	private Path directory;

	private final List<ReplicaProcess> processes = new ArrayList<>();

	@AfterEach
	void kill() {
		this.processes.forEach(ReplicaProcess::close);
	}

	@Test
	void whoWaitsMayStartFirstAndTouchesNothing() throws Exception {
		String name = "later_" + System.nanoTime();
		String[] later = { "spring.datasource.url=" + this.database.url().replaceFirst("[^/]+$", name),
				"spring.datasource.username=postgres" };
		ReplicaProcess worker = start(later, WAIT);
		worker.awaitLog("database \"" + name + "\" does not exist");
		this.jdbc.execute("create database " + name);
		worker.awaitLog("not done yet are V1 'create parcel' (Pending), V2");
		assertThat(tables(name)).as("the worker has created nothing").isZero();
		assertThat(worker.log()).doesNotContain(RoleApplication.TICK, RoleApplication.RUN);
		ReplicaProcess job = start(later, EXIT);
		assertThat(job.awaitExit(PATIENCE)).isZero();
		worker.awaitLog(RoleApplication.TICK);
		worker.awaitLog(RoleApplication.RUN);
		assertThat(worker.log()).contains(RoleApplication.FIRST, "s for others to do the migrations of 'flyway'")
			.doesNotContain(" ERROR ");
		assertThat(job.log()).contains("ends with exit code 0")
			.doesNotContain(RoleApplication.FIRST, RoleApplication.TICK, RoleApplication.RUN, " ERROR ");
	}

	@Test
	void whoWaitsNeedsNoMoreThanToReadTheHistory() throws Exception {
		TestApplication.start(this.database, LOCATIONS, "spring.flyway.target=1").close();
		String user = "reader_" + System.nanoTime();
		this.jdbc.execute("create role " + user + " login");
		this.jdbc.execute("grant select on flyway_schema_history, parcel to " + user);
		ReplicaProcess worker = start(
				new String[] { "spring.datasource.url=" + this.database.url(), "spring.datasource.username=" + user },
				WAIT);
		worker.awaitLog("not done yet are V2");
		worker.awaitLog("Who has the lock can't be seen");
		TestApplication.start(this.database, LOCATIONS).close();
		worker.awaitLog(RoleApplication.TICK);
		assertThat(worker.log()).doesNotContain(" ERROR ");
	}

	@Test
	void whoVerifiesFailsWithAListAndElseStarts() throws Exception {
		ReplicaProcess early = start(this.database.properties(), "startgate.mode=verify");
		assertThat(early.awaitExit(PATIENCE)).isEqualTo(1);
		assertThat(early.log()).contains("APPLICATION FAILED TO START", "V1 'create parcel' (Pending)",
				"startgate.mode=migrate-and-exit");
		assertThat(this.jdbc.queryForObject("select count(*) from pg_tables where schemaname = 'public'", Long.class))
			.isZero();
		TestApplication.start(this.database, LOCATIONS).close();
		ReplicaProcess late = start(this.database.properties(), "startgate.mode=verify");
		late.awaitLog(RoleApplication.TICK);
		assertThat(this.jdbc.queryForObject("select max(generation) from startgate_record", Long.class))
			.as("who only looks takes no lock")
			.isEqualTo(1L);
	}

	@Test
	void whoMigratesAndExitsNeverListensAndTellsAFailure() throws Exception {
		int port = FreePort.next();
		ReplicaProcess job = ReplicaProcess.start(this.directory, RoleApplication.class,
				arguments(this.database.properties(), EXIT, LOCATIONS, "server.port=" + port,
						"startgate.probe.enabled=true", "spring.main.web-application-type=servlet"));
		this.processes.add(job);
		List<Integer> answered = new ArrayList<>();
		Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> {
			if (isOpen(port)) {
				answered.add(port);
			}
			return job.log().contains("ends with exit code 0");
		});
		assertThat(job.awaitExit(PATIENCE)).isZero();
		assertThat(answered).isEmpty();
		assertThat(this.database.history()).containsExactly("1", "2", "3");

		ReplicaProcess failing = start(PostgresDatabase.create().properties(), EXIT,
				"spring.flyway.locations=classpath:db/broken");
		assertThat(failing.awaitExit(PATIENCE)).as("with a thread that nobody ends").isEqualTo(1);
		assertThat(failing.log()).contains("APPLICATION FAILED TO START", "Migration V2");
	}

	@Test
	void whoMigratesAndExitsHasATimeoutOfItsOwn() throws Exception {
		ReplicaProcess job = start(this.database.properties(), EXIT, "startgate.exit.timeout=20s",
				"spring.flyway.locations=classpath:db/long", "spring.flyway.placeholders.seconds=3600");
		assertThat(job.awaitExit(PATIENCE)).isEqualTo(1);
		assertThat(job.log()).contains("startgate.exit.timeout");
		assertThat(this.jdbc.queryForObject(
				"select count(*) from startgate_lock where lock_until > timezone('utc', clock_timestamp())",
				Long.class))
			.as("the lease is released: %s", job.log())
			.isZero();
	}

	@Test
	void theTimeoutAlsoEndsAStartThatHangsInTheApplication() throws Exception {
		ReplicaProcess job = start(this.database.properties(), EXIT, "startgate.exit.timeout=10s", "role.hangs=true");
		assertThat(job.awaitExit(PATIENCE)).isEqualTo(1);
		assertThat(job.log()).contains("startgate.exit.timeout", "The application did not close within 15 s");
	}

	@Test
	void whoMigratesAndExitsSucceedsAlsoIfNothingIsLeftToDo() throws Exception {
		String held = "spring.flyway.locations=classpath:db/held";
		ReplicaProcess first;
		ReplicaProcess second;
		try (HeldMigration migration = HeldMigration.in(this.database)) {
			first = start(this.database.properties(), EXIT, held);
			migration.awaitReached();
			second = start(this.database.properties(), EXIT, held);
			second.awaitLog("Waiting for replica");
		}
		assertThat(first.awaitExit(PATIENCE)).isZero();
		assertThat(second.awaitExit(PATIENCE)).isZero();
		assertThat(second.log()).contains("Waited ").doesNotContain("does the work");
		assertThat(start(this.database.properties(), EXIT, held).awaitExit(PATIENCE)).isZero();
		assertThat(this.database.history()).containsExactly("1", "2");
		assertThat(this.database.lockRows()).extracting((row) -> row.get("generation"))
			.as("who finds nothing to do takes no lock")
			.containsExactly(1L);
	}

	@Test
	void whoMigratesAndExitsFailsIfTheDatabaseCannotBeReached() throws Exception {
		ReplicaProcess job = start(new String[] { "spring.datasource.url=jdbc:postgresql://localhost:1/nowhere" }, EXIT,
				"startgate.database.max-wait=1s");
		assertThat(job.awaitExit(PATIENCE)).isOne();
		assertThat(job.log()).contains("The database can't be reached", "startgate.database.max-wait");
	}

	private ReplicaProcess start(String[] database, String... properties) throws IOException {
		boolean located = Arrays.stream(properties).anyMatch((property) -> property.contains("locations"));
		ReplicaProcess process = ReplicaProcess.start(this.directory, RoleApplication.class,
				arguments(database, located ? properties : append(properties, LOCATIONS)));
		this.processes.add(process);
		return process;
	}

	private static String[] append(String[] properties, String one) {
		return Stream.concat(Stream.of(properties), Stream.of(one)).toArray(String[]::new);
	}

	private static List<String> arguments(String[] database, String... properties) {
		return Stream.concat(Stream.of(database), Stream.of(properties)).toList();
	}

	private long tables(String name) {
		JdbcTemplate other = new JdbcTemplate(
				new DriverManagerDataSource(this.database.url().replaceFirst("[^/]+$", name), "postgres", ""));
		return other.queryForObject("select count(*) from pg_tables where schemaname = 'public'", Long.class);
	}

	private static boolean isOpen(int port) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			return socket.isConnected();
		}
		catch (ConnectException ex) {
			return false;
		}
	}

}
