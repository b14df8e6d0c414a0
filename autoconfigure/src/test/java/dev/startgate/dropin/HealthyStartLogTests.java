package dev.startgate.dropin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.ReplicaProcess;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares the log of a healthy start line by line with that of plain Spring Boot: on an
 * empty database, as the holder, as a replica that waits for it, and later, with nothing
 * to do.
 */
@Tag("long")
class HealthyStartLogTests {

	private static final String OWN = "INFO dev.startgate.";

	private static final String FLYWAY = "INFO org.flywaydb.";

	/** Each number in a compared line is replaced with 0. */
	private static final String HOLDS = ".flyway_schema_history' (generation 0) and does the work: migrations of 'flyway'";

	private static final String WAITS = "Waiting for replica";

	private static final String OPENS = "The gate is open after 0 s: ";

	@TempDir
	private Path directory;

	@Test
	void onPostgreSqlThereAreAtMostThreeMoreLines() throws Exception {
		// the migration polls, because Startgate warns of one that a lock blocks
		compare("servlet", "postgres", PostgresDatabase.create().url(), PostgresDatabase.create().url(), """
				do $$ begin
				  while not pg_try_advisory_xact_lock(4711) loop perform pg_sleep(0.05); end loop;
				end $$
				""", "select pg_advisory_lock(4711)");
	}

	@Test
	void onMariaDbThereAreAtMostThreeMoreLines() throws Exception {
		compare("none", "root", MariaDbDatabase.create(), MariaDbDatabase.create(), "select get_lock('4711', 600)",
				"select get_lock('4711', 0)");
	}

	private void compare(String type, String user, String plainUrl, String url, String migration, String hold)
			throws Exception {
		Files.writeString(this.directory.resolve("V1__create_parcel.sql"), "create table parcel (id int)");
		List<String> plainFirst = lines(run(type, plainUrl, user, "startgate.enabled=false"));
		assertThat(plainFirst).filteredOn((line) -> line.startsWith(FLYWAY)).hasSizeGreaterThan(5);
		ReplicaProcess first = run(type, url, user, "startgate.replica-name=first");
		assertMoreThan(plainFirst, lines(first), HOLDS, OPENS);
		assertThat(first.log()).contains("(generation 1)")
			.containsPattern("The gate is open after \\d+\\.\\d s: .*everything else \\d");
		Files.writeString(this.directory.resolve("V2__wait_to_be_let_go.sql"), migration);
		List<String> plain = lines(run(type, plainUrl, user, "startgate.enabled=false"));
		List<String> withoutFlyway = plain.stream().filter((line) -> !line.startsWith(FLYWAY)).toList();
		List<ReplicaProcess> fleet = new ArrayList<>();
		try (Connection connection = DriverManager.getConnection(url, user, "")) {
			connection.createStatement().execute(hold);
			// both start at once, because Startgate reports what takes half a minute
			fleet.add(run(type, url, user, "startgate.replica-name=one"));
			fleet.add(run(type, url, user, "startgate.replica-name=two"));
			Awaitility.await().until(() -> hasSaid(fleet, "has the lock") && hasSaid(fleet, WAITS));
		}
		fleet.sort(Comparator.comparing((replica) -> replica.log().contains(WAITS)));
		assertMoreThan(plain, lines(fleet.get(0)), HOLDS, OPENS);
		assertMoreThan(withoutFlyway, lines(fleet.get(1)), WAITS, "Waited", OPENS);
		assertMoreThan(withoutFlyway, lines(run(type, url, user, "startgate.replica-name=later")), OPENS);
	}

	private static boolean hasSaid(List<ReplicaProcess> fleet, String text) {
		return fleet.stream().anyMatch((replica) -> replica.log().contains(text));
	}

	private static void assertMoreThan(List<String> plain, List<String> lines, String... own) {
		assertThat(lines).filteredOn((line) -> !line.startsWith(OWN)).containsExactlyInAnyOrderElementsOf(plain);
		assertThat(lines).filteredOn((line) -> line.startsWith(OWN))
			.hasSameSizeAs(own)
			.zipSatisfy(List.of(own), (line, text) -> assertThat(line).contains(text));
	}

	private ReplicaProcess run(String type, String url, String user, String property) throws IOException {
		return ReplicaProcess.start(this.directory, StartAndStop.class,
				List.of("spring.datasource.url=" + url, "spring.datasource.username=" + user,
						"spring.flyway.locations=filesystem:" + this.directory, property,
						"spring.main.web-application-type=" + type, "server.port=0",
						"logging.config=classpath:logging/plain-boot.xml"));
	}

	/**
	 * Wait until a replica has ended, and return its log without what differs from start
	 * to start.
	 */
	private static List<String> lines(ReplicaProcess replica) throws InterruptedException {
		assertThat(replica.awaitExit(Duration.ofMinutes(2))).as("%s", replica.log()).isZero();
		return replica.log()
			.lines()
			.filter((line) -> Stream.of("INFO ", "WARN ", "ERROR ").anyMatch(line::startsWith))
			// A server that could not start its event scheduler says so at each look of
			// Flyway, in plain Boot too.
			.filter((line) -> !line.contains("event scheduler is disabled"))
			.map((line) -> line.replace("dev.startgate.dropin.HealthyStartLogTests$StartAndStop", "application")
				.replaceAll("@[0-9a-f]+", "@")
				.replaceAll("[(][^ ]* started by .*[)]", "")
				.replaceAll("[0-9]+([.:][0-9]+)*", "0"))
			.toList();
	}

	/**
	 * An application that has nothing to do.
	 */
	static class StartAndStop {

		/**
		 * Start and stop it.
		 */
		public static void main(String[] args) {
			try (ConfigurableApplicationContext context = SpringApplication.run(TestApplication.class, args)) {
				assertThat(context.isRunning()).isTrue();
			}
		}

	}

}
