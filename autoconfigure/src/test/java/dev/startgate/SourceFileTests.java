package dev.startgate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the coding rules that only the source text shows.
 */
class SourceFileTests {

	private static final int MAX_LINES = 250;

	/** The files that may be longer, and why. */
	private static final Map<Path, String> LONGER = Map.of(Path.of("autoconfigure", "StartgateProperties.java"),
			"one tree of properties; most of its lines are their descriptions",
			Path.of("flyway", "GuardedConnection.java"),
			"each method of a connection that ends a transaction, and the state that they share",
			Path.of("flyway", "FlywayInternals.java"),
			"all that is used of Flyway's internal packages is to be in one place");

	/**
	 * Files that may use real time: the clock itself, a migration of the application,
	 * into which nothing is injected, a user of {@code Object.wait}, which knows real
	 * time only, and the end of the process.
	 */
	private static final Set<Path> REAL_TIME = Set.of(Path.of("gate", "Time.java"), Path.of("ChunkRun.java"),
			Path.of("gate", "Gate.java"), Path.of("lifecycle", "ProcessExit.java"));

	private static final Pattern PROPERTY_NAME = Pattern.compile("(?<![\\w.])startgate\\.[a-z]");

	private static final Pattern METER_NAME = Pattern.compile(
			"\"startgate\\.(state|state\\.age|lock\\.wait|step\\.duration|migrations\\.(applied|rows)|retries(\\.pause)?|"
					+ "lease\\.renewals|lease\\.age|open\\.time|takeovers|unsettled|schema\\.version|settle\\.duration)\"");

	@Test
	void noFileIsTooLongForOneIdea() {
		assertThat(ProductionCode.sources()).filteredOn((source) -> ProductionCode.lines(source).size() > MAX_LINES)
			.extracting(ProductionCode::relative)
			.as("files of more than %d lines", MAX_LINES)
			.containsExactlyInAnyOrderElementsOf(LONGER.keySet());
	}

	@Test
	void timeIsATickOfAnInjectedClock() {
		assertThat(codeLines((source, line) -> line.contains("Instant.now()")
				|| (line.contains("System.nanoTime()") && !REAL_TIME.contains(source))))
			.as("the time of the system instead of a clock that is a constructor argument")
			.isEmpty();
	}

	@Test
	void waitingIsTheWorkOfAnInjectedSleeper() {
		assertThat(codeLines((source, line) -> line.contains("Thread.sleep(")
				|| (line.matches(".*TimeUnit\\.\\w+\\.sleep\\(.*") && !REAL_TIME.contains(source))))
			.as("sleep instead of a sleeper that is a constructor argument")
			.isEmpty();
	}

	@Test
	void propertyNamesAreKnownOnlyToTheWiring() {
		assertThat(codeLines((source, line) -> !source.startsWith("autoconfigure") && namesAProperty(source, line)))
			.as("property names outside of 'dev.startgate.autoconfigure'")
			.isEmpty();
	}

	private static boolean namesAProperty(Path source, String line) {
		String text = source.startsWith("actuate") ? METER_NAME.matcher(line).replaceAll("") : line;
		return PROPERTY_NAME.matcher(text).find();
	}

	private static List<String> codeLines(BiPredicate<Path, String> filter) {
		List<String> found = new ArrayList<>();
		for (Path source : ProductionCode.sources()) {
			Path relative = ProductionCode.relative(source);
			List<String> lines = ProductionCode.lines(source);
			for (int i = 0; i < lines.size(); i++) {
				if (!isComment(lines.get(i)) && filter.test(relative, lines.get(i))) {
					found.add(relative + ":" + (i + 1) + ": " + lines.get(i).strip());
				}
			}
		}
		return found;
	}

	private static boolean isComment(String line) {
		String text = line.strip();
		return text.startsWith("*") || text.startsWith("/*") || text.startsWith("//");
	}

}
