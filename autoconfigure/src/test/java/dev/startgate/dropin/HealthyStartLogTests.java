package dev.startgate.dropin;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.ReplicaProcess;
import dev.startgate.testing.TestApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a user sees of Startgate in the log of a start that is well, compared line by line
 * with that of plain Spring Boot: as the holder, as a replica that waits for it, and
 * later, with nothing to do.
 */
class HealthyStartLogTests {

	private static final String OWN = "INFO dev.startgate.";

	private static final String FLYWAY = "INFO org.flywaydb.";

	@TempDir
	private Path directory;

	@Test
	void onPostgreSqlThereAreAtMostThreeMoreLines() throws Exception {
		String plain = PostgresDatabase.create().url();
		compare("servlet", "db/held", plain, PostgresDatabase.create().url(), "postgres",
				"select pg_advisory_lock(4711)");
	}

	@Test
	void onMariaDbThereAreAtMostThreeMoreLines() throws Exception {
		String plain = MariaDbDatabase.create();
		compare("none", "db/held-mariadb", plain, MariaDbDatabase.create(), "root", "select get_lock('4711', 0)");
	}

	private void compare(String type, String migrations, String plainUrl, String url, String user, String hold)
			throws Exception {
		List<String> plain = lines(run(type, plainUrl, user, migrations, "startgate.enabled=false"));
		assertThat(plain).filteredOn((line) -> line.startsWith(FLYWAY)).hasSizeGreaterThan(5);
		List<String> withoutFlyway = plain.stream().filter((line) -> !line.startsWith(FLYWAY)).toList();
		ReplicaProcess holder;
		ReplicaProcess waiter;
		try (Connection connection = DriverManager.getConnection(url, user, "")) {
			connection.createStatement().execute(hold);
			holder = run(type, url, user, migrations, "startgate.replica-name=holder");
			holder.awaitLog("has the lock");
			waiter = run(type, url, user, migrations, "startgate.replica-name=waiter");
			waiter.awaitLog("Waiting for replica 'holder'");
		}
		assertMoreThan(plain, lines(holder), "has the lock", "The gate is open");
		assertMoreThan(withoutFlyway, lines(waiter), "Waiting for", "Waited", "The gate is open");
		ReplicaProcess later = run(type, url, user, migrations, "startgate.replica-name=later");
		assertMoreThan(withoutFlyway, lines(later), "The gate is open");
	}

	private static void assertMoreThan(List<String> plain, List<String> lines, String... own) {
		assertThat(lines).filteredOn((line) -> !line.startsWith(OWN)).containsExactlyInAnyOrderElementsOf(plain);
		assertThat(lines).filteredOn((line) -> line.startsWith(OWN))
			.hasSameSizeAs(own)
			.zipSatisfy(List.of(own), (line, text) -> assertThat(line).contains(text));
	}

	private ReplicaProcess run(String type, String url, String user, String migrations, String property)
			throws IOException {
		return ReplicaProcess.start(this.directory, StartAndStop.class,
				List.of("spring.datasource.url=" + url, "spring.datasource.username=" + user,
						"spring.flyway.locations=classpath:" + migrations, property,
						"spring.main.web-application-type=" + type, "server.port=0",
						"logging.config=classpath:logging/plain-boot.xml"));
	}

	/**
	 * Return what a replica has logged once it has ended, without what differs from start
	 * to start.
	 */
	private static List<String> lines(ReplicaProcess replica) throws InterruptedException {
		assertThat(replica.awaitExit(Duration.ofMinutes(2))).as("%s", replica.log()).isZero();
		return replica.log()
			.lines()
			.filter((line) -> Stream.of("INFO ", "WARN ", "ERROR ").anyMatch(line::startsWith))
			.map((line) -> line.replace("dev.startgate.dropin.HealthyStartLogTests$StartAndStop", "application")
				.replaceAll("@[0-9a-f]+", "@")
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
