package dev.startgate.chaos;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import dev.startgate.testing.ServerLog;
import dev.startgate.testing.ServerLog.Entry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Measures what waiting replicas of one JVM cost the database, and how soon they go on
 * after a release. It is not part of the build. To run it:
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=CostBenchmark -Dcost.waiters=20 -Dcost.hand-overs=20
 * </pre>
 */
@Timeout(value = 6, unit = TimeUnit.HOURS)
class CostBenchmark {

	private static final int WAITERS = Integer.getInteger("cost.waiters", 20);

	private static final int HAND_OVERS = Integer.getInteger("cost.hand-overs", 20);

	private static final Duration WINDOW = Duration.ofSeconds(5);

	private final List<Double> rates = new ArrayList<>();

	private final List<HandOver> handOvers = new ArrayList<>();

	@Test
	void measure() throws Exception {
		Path directory = Directories.result().resolve("cost");
		Files.createDirectories(directory);
		ServerLog log = new ServerLog(directory);
		try (EmbeddedPostgres server = log.start()) {
			for (int i = 1; i <= HAND_OVERS; i++) {
				measure(server, "cost_" + i, log);
			}
		}
		String text = text();
		System.out.println(text);
		Files.writeString(Directories.result().resolve("cost.md"), text);
	}

	private void measure(EmbeddedPostgres server, String name, ServerLog log) throws Exception {
		new JdbcTemplate(server.getPostgresDatabase()).execute("create database " + name);
		String url = "jdbc:postgresql://localhost:" + server.getPort() + "/" + name;
		SingleConnectionDataSource direct = new SingleConnectionDataSource(url, "postgres", "postgres", true);
		try {
			HandOver handOver = HandOver.run(url, direct, WAITERS, WINDOW);
			double seconds = (handOver.waitingTo() - handOver.waitingFrom()) / 1000.0;
			log.entries()
				.stream()
				.filter((entry) -> entry.isStatement() && entry.at() >= handOver.waitingFrom()
						&& entry.at() < handOver.waitingTo())
				.filter((entry) -> entry.application().startsWith("waiter-"))
				.collect(Collectors.groupingBy(Entry::application, Collectors.counting()))
				.values()
				.forEach((count) -> this.rates.add(count / seconds));
			this.handOvers.add(handOver);
			System.out.println(handOver);
		}
		finally {
			direct.destroy();
		}
	}

	private String text() {
		return "\n## %d waiters, %d hand-overs\n\n| | median | p95 | max |\n| --- | --- | --- | --- |\n"
			.formatted(WAITERS, HAND_OVERS)
				+ row("release to the last one's going on",
						this.handOvers.stream().map(HandOver::goingOn).sorted().toList())
				+ row("release to the last one's event",
						this.handOvers.stream().map(HandOver::completed).sorted().toList())
				+ "\nStatements of one waiter: %.2f a second on average, at most %.2f. In a transaction: seen %d times.%n"
					.formatted(this.rates.stream().mapToDouble(Double::doubleValue).average().orElse(0),
							this.rates.stream().mapToDouble(Double::doubleValue).max().orElse(0),
							this.handOvers.stream().mapToInt(HandOver::transactions).sum());
	}

	private static String row(String what, List<Duration> sorted) {
		return "| %s | %s | %s | %s |%n".formatted(what, Quantile.of(sorted, 0.5), Quantile.of(sorted, 0.95),
				Quantile.of(sorted, 1));
	}

}
