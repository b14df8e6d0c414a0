package dev.startgate.flyway;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.startgate.testing.ClassDataArchive;
import dev.startgate.testing.ReplicaProcess;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What it costs that a script can go on where it stops. Measures the time that Flyway
 * records for many small statements, with Startgate and with Spring Boot and Flyway
 * alone, in turns, each in a process of its own. Not part of the build:
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=ResumeBenchmark -Dresume.statements=1000 -Dresume.rounds=9
 * </pre>
 *
 * {@code -Dresume.only="MARIADB insert"} measures one database and one kind of statement.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class ResumeBenchmark {

	private static final String STARTED = "Started TestApplication";

	/** The default of a JVM, which other tests do not use. */
	private static final String JIT = "-XX:TieredStopAtLevel=4";

	private static final int STATEMENTS = Integer.getInteger("resume.statements", 1000);

	private static final int ROUNDS = Integer.getInteger("resume.rounds", 9);

	private static final String ONLY = System.getProperty("resume.only", "");

	private final List<String> lines = new ArrayList<>();

	@TempDir
	private Path directory;

	@Test
	void measure() throws Exception {
		List<ScriptServer> servers = (System.getenv("MYSQL_URL") != null) ? List.of(ScriptServer.values())
				: List.of(ScriptServer.MARIADB, ScriptServer.POSTGRESQL);
		for (ScriptServer server : servers) {
			for (boolean inTransaction : new boolean[] { true, false }) {
				measure(server, inTransaction, "insert", (i) -> "insert into batch values (" + i + ", 'a row');\n");
				measure(server, inTransaction, "alter table",
						(i) -> "alter table batch alter column x set default " + i + ";\n");
			}
		}
		System.out.println("\n| database | " + STATEMENTS
				+ " statements | transaction of Flyway | Flyway alone | with Startgate | ratio"
				+ " of the medians |\n| --- | --- | --- | --- | --- | --- |");
		this.lines.forEach(System.out::println);
	}

	private void measure(ScriptServer server, boolean inTransaction, String what, IntFunction<String> statement)
			throws Exception {
		if (!(server + " " + what).startsWith(ONLY)) {
			return;
		}
		Files.writeString(this.directory.resolve("V1__table.sql"), "create table batch (x int, y varchar(20));\n");
		Files.writeString(this.directory.resolve("V2__batch.sql"),
				IntStream.range(0, STATEMENTS).mapToObj(statement).collect(Collectors.joining()));
		Files.writeString(this.directory.resolve("V2__batch.sql.conf"), "executeInTransaction=" + inTransaction);
		List<Integer> plain = new ArrayList<>();
		List<Integer> with = new ArrayList<>();
		for (int round = 0; round < ROUNDS; round++) {
			plain.add(run(server, false));
			with.add(run(server, true));
		}
		this.lines.add(String.format(Locale.ROOT, "| %s | %s | %s | %d ms | %d ms | %.2f |", server, what,
				inTransaction ? "yes" : "no", median(plain), median(with), (double) median(with) / median(plain)));
	}

	private int run(ScriptServer server, boolean enabled) throws Exception {
		String url = server.create();
		List<String> properties = List.of(TestApplication.join(server.properties(url), "startgate.enabled=" + enabled,
				"spring.flyway.postgresql.transactional-lock=false",
				"spring.flyway.locations=filesystem:" + this.directory));
		try (ReplicaProcess replica = ReplicaProcess.start(this.directory, ClassDataArchive.java(JIT),
				TestApplication.class, properties)) {
			Awaitility.await()
				.atMost(Duration.ofMinutes(10))
				.failFast("ended", () -> !replica.isAlive() && !replica.log().contains(STARTED))
				.until(() -> replica.log().contains(STARTED));
			return server.jdbc(url)
				.queryForObject("select execution_time from flyway_schema_history where version = '2'", Integer.class);
		}
	}

	private static int median(List<Integer> times) {
		return times.stream().sorted().toList().get(times.size() / 2);
	}

}
