package dev.startgate.flyway;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.startgate.testing.StartingReplica;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What it costs that a script could go on where it stops: the time that Flyway records
 * for many small statements, with Startgate and with Spring Boot and Flyway alone, in
 * turns. Not part of the build:
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=ResumeBenchmark -Dresume.statements=1000 -Dresume.rounds=9
 * </pre>
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class ResumeBenchmark {

	private static final int STATEMENTS = Integer.getInteger("resume.statements", 1000);

	private static final int ROUNDS = Integer.getInteger("resume.rounds", 9);

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
		Files.writeString(this.directory.resolve("V1__batch.sql"),
				IntStream.range(0, STATEMENTS)
					.mapToObj(statement)
					.collect(Collectors.joining("", "create table batch (x int, y varchar(20));\n", "")));
		Files.writeString(this.directory.resolve("V1__batch.sql.conf"), "executeInTransaction=" + inTransaction);
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
		try (StartingReplica replica = StartingReplica.of(
				Stream
					.concat(server.properties(url).stream(),
							Stream.of("startgate.enabled=" + enabled,
									"spring.flyway.postgresql.transactional-lock=false"))
					.toArray(String[]::new),
				"spring.flyway.locations=filesystem:" + this.directory)) {
			replica.started().get(10, TimeUnit.MINUTES);
			return server.jdbc(url)
				.queryForObject("select execution_time from flyway_schema_history where version = '1'", Integer.class);
		}
	}

	private static int median(List<Integer> times) {
		return times.stream().sorted().toList().get(times.size() / 2);
	}

}
