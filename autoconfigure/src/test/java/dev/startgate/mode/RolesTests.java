package dev.startgate.mode;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.startgate.testing.ReplicaProcess;
import dev.startgate.testing.ServerLog;
import dev.startgate.testing.ServerLog.Entry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts clock, worker, migrator and a control arm as processes, and reads the statement
 * log of their PostgreSQL. In the build, the migrator comes after a few seconds, and four
 * processes of mixed roles start at once. To run more, here and with the sample
 * application, which also prints the statements of waiting roles:
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=RolesTests -Droles.seconds=60 -Droles.processes=16
 * mvn -B -ntp -pl sample-app/fleet-demo -am test -Dtest=SampleRolesTests -Droles.seconds=60 \
 *   -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 */
@Tag("long")
class RolesTests {

	private static final Duration LATER = Duration.ofSeconds(Integer.getInteger("roles.seconds", 4));

	/** A waiting replica looks more often at first. */
	private static final Duration RAMP = Duration.ofSeconds(8);

	private static final int PROCESSES = Integer.getInteger("roles.processes", 4);

	private static final Duration PATIENCE = Duration.ofMinutes(5);

	private static final List<String> ROLES = List.of("clock", "worker");

	private static final String WAIT = "startgate.mode=wait";

	private static final String EXIT = "startgate.mode=migrate-and-exit";

	/** Statements that only look: settings of a session, and reads. */
	private static final Pattern LOOK = Pattern.compile(
			"(?s)(statement|execute [^:]+): (/\\*.*?\\*/\\s*)?(|(SET|SHOW|BEGIN|COMMIT|ROLLBACK|LISTEN|UNLISTEN|RESET|"
					+ "select|with)\\b.*)",
			Pattern.CASE_INSENSITIVE);

	@TempDir
	private Path directory;

	private ServerLog log;

	private EmbeddedPostgres server;

	private JdbcTemplate jdbc;

	private final List<ReplicaProcess> processes = new ArrayList<>();

	@BeforeEach
	void start() throws IOException {
		this.log = new ServerLog(this.directory);
		this.server = this.log.start();
		this.jdbc = new JdbcTemplate(this.server.getPostgresDatabase());
	}

	@AfterEach
	void stop() throws IOException {
		this.processes.forEach(ReplicaProcess::close);
		this.server.close();
	}

	@Test
	void clockAndWorkerMayStartBeforeTheMigrator() throws Exception {
		List<ReplicaProcess> waiting = List.of(start("clock", WAIT), start("worker", WAIT));
		start("control", "startgate.enabled=false", "spring.flyway.enabled=false");
		waiting.forEach((process) -> process.awaitLog("Waiting for others"));
		Awaitility.await().pollDelay(RAMP.plus(LATER)).pollInterval(LATER).atMost(PATIENCE).untilAsserted(() -> {
			for (String role : ROLES) {
				assertThat(statementsPerSecond(role)).as(role).isGreaterThan(0).isLessThanOrEqualTo(3);
			}
		});
		assertThat(waiting).noneMatch(RolesTests::works);
		assertThat(start("migrator", EXIT).awaitExit(PATIENCE)).isZero();
		waiting.forEach((process) -> await(() -> works(process)));
		long done = millis(
				"(select max(installed_on) at time zone current_setting('timezone')" + " from flyway_schema_history)");
		for (String role : ROLES) {
			List<Entry> before = entries(role).filter((entry) -> entry.at() < done).toList();
			assertThat(before).filteredOn(Entry::isStatement)
				.as("only Startgate's own")
				.isNotEmpty()
				.allMatch((entry) -> LOOK.matcher(entry.text()).matches() && !entry.text().contains("parcel"));
		}
		assertThat(waiting).allMatch((process) -> !process.log().contains(" ERROR "));
		assertThat(errors()).allMatch((entry) -> entry.application().equals("control"))
			.anyMatch((entry) -> entry.text().contains("relation \"parcel\" does not exist"));
		ReplicaProcess dayLater = start("worker", WAIT);
		await(() -> works(dayLater));
		assertThat(dayLater.log()).doesNotContain("Waiting for others");
	}

	@Test
	void rolesOfAllKindsAtOnce() throws Exception {
		List<String> modes = List.of(EXIT, WAIT, "startgate.mode=migrate", WAIT);
		String locations = "spring.flyway.locations=classpath:db/roles";
		List<ReplicaProcess> staying = new ArrayList<>();
		List<ReplicaProcess> ending = new ArrayList<>();
		for (int i = 0; i < PROCESSES; i++) {
			String mode = modes.get(i % modes.size());
			(mode.equals(EXIT) ? ending : staying).add(start("role-" + i, mode, locations));
		}
		for (ReplicaProcess process : ending) {
			assertThat(process.awaitExit(PATIENCE)).isZero();
		}
		staying.forEach((process) -> await(() -> works(process)));
		assertThat(this.processes).allMatch((process) -> !process.log().contains(" ERROR "));
		assertThat(errors()).isEmpty();
		List<String> statements = this.log.entries().stream().filter(Entry::isStatement).map(Entry::text).toList();
		IntStream.rangeClosed(1, 10)
			.forEach((step) -> assertThat(statements)
				.filteredOn((statement) -> statement.contains("create table step_" + step + " "))
				.hasSize(1));
		assertThat(statements).filteredOn((statement) -> statement.contains("create index concurrently")).hasSize(1);
		assertThat(this.jdbc.queryForObject("select count(*) from parcel", Long.class)).isEqualTo(10);
		assertThat(this.jdbc.queryForObject("select count(*) from pg_index where not indisvalid", Long.class)).isZero();
	}

	private ReplicaProcess start(String name, String... properties) throws IOException {
		List<String> all = new ArrayList<>(List.of(
				"spring.datasource.url=jdbc:postgresql://localhost:" + this.server.getPort()
						+ "/postgres?ApplicationName=" + name,
				"spring.datasource.username=postgres", "startgate.replica-name=" + name,
				"spring.datasource.hikari.maximum-pool-size=3"));
		all.addAll(List.of(properties));
		if (Stream.of(properties).noneMatch((property) -> property.startsWith("spring.flyway.locations"))) {
			all.add("spring.flyway.locations=classpath:db/slow");
		}
		ReplicaProcess process = ReplicaProcess.start(this.directory, RoleApplication.class, all);
		this.processes.add(process);
		return process;
	}

	/**
	 * Return the rate of the last {@link #LATER}. On a busy machine, a new replica needs
	 * longer until it looks as rarely as later on.
	 */
	private double statementsPerSecond(String role) throws IOException {
		long from = millis("now()") - LATER.toMillis();
		long polled = entries(role).filter((entry) -> entry.isStatement() && entry.at() > from).count();
		double rate = polled * 1000.0 / LATER.toMillis();
		System.out.printf("%s: %.2f statements a second while it waits%n", role, rate);
		return rate;
	}

	private static boolean works(ReplicaProcess process) {
		String log = process.log();
		return log.contains(RoleApplication.TICK) && log.contains(RoleApplication.RUN)
				&& log.contains(RoleApplication.DELIVERY);
	}

	private static void await(Callable<Boolean> condition) {
		Awaitility.await().atMost(PATIENCE).until(condition);
	}

	private Stream<Entry> entries(String application) throws IOException {
		return this.log.entries().stream().filter((entry) -> entry.application().equals(application));
	}

	/**
	 * Return the errors without those of the first checks whether the server is up.
	 */
	private List<Entry> errors() throws IOException {
		return this.log.entries()
			.stream()
			.filter(Entry::isError)
			.filter((entry) -> !entry.text().contains("is starting up"))
			.toList();
	}

	private long millis(String time) {
		return this.jdbc.queryForObject("select (extract(epoch from " + time + ") * 1000)::bigint", Long.class);
	}

}
