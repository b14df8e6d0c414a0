package dev.startgate.documentation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

import dev.startgate.testing.CsvFile;
import dev.startgate.testing.GeneratedBlock;
import org.junit.jupiter.api.Test;

/**
 * Tests that the page about other ways to migrate shows what the last run of the
 * benchmark has measured. To write the page again after a run:
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=PeersPageTests -Ddocs.write=true
 * </pre>
 */
class PeersPageTests {

	private static final Path DIRECTORY = Path.of("../docs/benchmarks/peers");

	@Test
	void theTablesAreThoseOfTheLastRun() throws IOException {
		List<Map<String, String>> rows = new CsvFile(DIRECTORY.resolve("runs.csv")).rows();
		String last = rows.get(rows.size() - 1).get("run");
		List<Map<String, String>> run = rows.stream().filter((row) -> row.get("run").equals(last)).toList();
		assertIs("run",
				"The run began at %s UTC, on commit `%s`, when the load of the machine was %s.\n"
					.formatted(last.replace('T', ' '), run.get(0).get("commit"), run.get(0).get("load"))
						+ "The herd had %s replicas, the long migration %s, and the run with a kill %s.\n"
							.formatted(replicas(run, "herd-cold"), replicas(run, "long"), replicas(run, "kill")));
		assertIs("herd", table(run, "herd-cold", herdColumns()));
		assertIs("idle", table(run, "herd-warm", idleColumns()));
		assertIs("long", table(run, "long", longColumns()));
		assertIs("kill", table(run, "kill", killColumns()));
	}

	private static void assertIs(String name, String block) throws IOException {
		new GeneratedBlock(DIRECTORY.resolve("README.md"), name).assertIs(block);
	}

	private static String replicas(List<Map<String, String>> run, String scenario) {
		return run.stream()
			.filter((row) -> row.get("scenario").equals(scenario))
			.map((row) -> row.get("replicas"))
			.findFirst()
			.orElse("no");
	}

	private static Map<String, Function<Rows, String>> herdColumns() {
		Map<String, Function<Rows, String>> columns = new LinkedHashMap<>();
		columns.put("one replica", (rows) -> rows.alone("single-cold").seconds("last_ms"));
		columns.put("herd, first", (rows) -> rows.seconds("first_ms"));
		columns.put("herd, last", (rows) -> rows.seconds("last_ms"));
		columns.put("last to one", (rows) -> rows.ratio("last_ms", rows.alone("single-cold")));
		columns.put("last after the work", Rows::handOver);
		columns.put("failed", (rows) -> rows.total("failed") + " of " + rows.total("replicas"));
		columns.put("open too early", (rows) -> rows.total("early"));
		columns.put("migrations run", (rows) -> rows.all("works"));
		return columns;
	}

	private static Map<String, Function<Rows, String>> idleColumns() {
		Map<String, Function<Rows, String>> columns = new LinkedHashMap<>();
		columns.put("one replica", (rows) -> rows.alone("single-warm").seconds("last_ms"));
		columns.put("herd, first", (rows) -> rows.seconds("first_ms"));
		columns.put("herd, last", (rows) -> rows.seconds("last_ms"));
		columns.put("failed", (rows) -> rows.total("failed") + " of " + rows.total("replicas"));
		return columns;
	}

	private static Map<String, Function<Rows, String>> longColumns() {
		Map<String, Function<Rows, String>> columns = new LinkedHashMap<>();
		columns.put("work", (rows) -> rows.seconds("work_end_ms"));
		columns.put("opened", (rows) -> rows.total("opened") + " of " + rows.total("replicas"));
		columns.put("failed", (rows) -> rows.total("failed"));
		columns.put("open too early", (rows) -> rows.total("early"));
		columns.put("last after the work", Rows::handOver);
		columns.put("statements per second and replica", (rows) -> rows.all("statements_per_s"));
		columns.put("a failure", (rows) -> rows.all("failure"));
		return columns;
	}

	private static Map<String, Function<Rows, String>> killColumns() {
		Map<String, Function<Rows, String>> columns = new LinkedHashMap<>();
		columns.put("another one worked after", (rows) -> rows.all("next_work_ms"));
		columns.put("two worked at once", (rows) -> rows.all("overlap_ms"));
		columns.put("opened", (rows) -> rows.total("opened") + " of " + rows.survivors());
		columns.put("failed", (rows) -> rows.total("failed"));
		columns.put("open too early", (rows) -> rows.total("early"));
		columns.put("rows", (rows) -> rows.all("rows"));
		columns.put("a failure", (rows) -> rows.all("failure"));
		return columns;
	}

	private static String table(List<Map<String, String>> run, String scenario,
			Map<String, Function<Rows, String>> columns) {
		List<String> lines = new ArrayList<>();
		lines.add("| database | way | " + String.join(" | ", columns.keySet()) + " |");
		lines.add("| --- ".repeat(columns.size() + 2) + "|");
		for (String database : values(run, "database")) {
			for (String peer : values(run, "peer")) {
				Rows rows = new Rows(run, database, peer, scenario);
				if (rows.values("replicas").findAny().isPresent()) {
					List<String> cells = columns.values().stream().map((cell) -> cell.apply(rows)).toList();
					lines.add("| " + database + " | " + peer + " | " + String.join(" | ", cells) + " |");
				}
			}
		}
		return String.join("\n", lines) + "\n";
	}

	private static List<String> values(List<Map<String, String>> run, String column) {
		return run.stream().map((row) -> row.get(column)).distinct().toList();
	}

	/**
	 * The results of one way to migrate on one database.
	 *
	 * @param run all rows of a run
	 * @param database the database
	 * @param peer the way to migrate
	 * @param scenario what was measured
	 */
	private record Rows(List<Map<String, String>> run, String database, String peer, String scenario) {

		Rows alone(String scenario) {
			return new Rows(this.run, this.database, this.peer, scenario);
		}

		Stream<Map<String, String>> rows() {
			return this.run.stream()
				.filter((row) -> row.get("database").equals(this.database) && row.get("peer").equals(this.peer)
						&& row.get("scenario").equals(this.scenario));
		}

		Stream<String> values(String column) {
			return rows().map((row) -> row.get(column)).filter((value) -> !value.isEmpty());
		}

		String all(String column) {
			String unit = column.endsWith("_ms") ? " ms" : "";
			return String.join(", ", values(column).map((value) -> value + unit).distinct().toList());
		}

		String total(String column) {
			return String.valueOf(values(column).mapToInt(Integer::parseInt).sum());
		}

		/**
		 * Return how many replicas were not killed: one of each round was.
		 */
		String survivors() {
			return String.valueOf(values("replicas").mapToInt((replicas) -> Integer.parseInt(replicas) - 1).sum());
		}

		String seconds(String column) {
			return format(median(values(column)), "%.2f s");
		}

		String ratio(String column, Rows other) {
			OptionalDouble one = median(values(column));
			OptionalDouble by = other.median(other.values(column));
			return (one.isEmpty() || by.isEmpty()) ? "" : "%.2f".formatted(one.getAsDouble() / by.getAsDouble());
		}

		String handOver() {
			return format(
					median(rows().filter((row) -> !row.get("last_ms").isEmpty() && !row.get("work_end_ms").isEmpty())
						.map((row) -> String
							.valueOf(Integer.parseInt(row.get("last_ms")) - Integer.parseInt(row.get("work_end_ms"))))),
					"%.2f s");
		}

		private OptionalDouble median(Stream<String> values) {
			List<Double> sorted = values.map(Double::valueOf).sorted().toList();
			return sorted.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(sorted.get((sorted.size() - 1) / 2));
		}

		private static String format(OptionalDouble millis, String format) {
			return millis.isEmpty() ? "" : String.format(Locale.ROOT, format, millis.getAsDouble() / 1000);
		}

	}

}
