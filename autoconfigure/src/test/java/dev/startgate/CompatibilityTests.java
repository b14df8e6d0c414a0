package dev.startgate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.startgate.testing.CsvFile;
import dev.startgate.testing.GeneratedBlock;
import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.PostgresDatabase;
import net.javacrumbs.shedlock.core.LockProvider;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import org.springframework.boot.SpringBootVersion;

/**
 * Records the versions that the tests were run with. For each line of
 * {@code .ci/compatibility} this class writes down the versions that it finds. The script
 * keeps them in {@code docs/evidence/lines.csv} if all tests of the line pass. The pages
 * name these versions and no others. To write the pages again:
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=CompatibilityTests -Ddocs.write=true
 * </pre>
 */
class CompatibilityTests {

	private static final Path RESULTS = Path.of("../docs/evidence/lines.csv");

	private static final List<String> COLUMNS = List.of("Spring Boot", "Flyway", "ShedLock", "Java", "PostgreSQL",
			"MariaDB", "MySQL");

	@Test
	@EnabledIfSystemProperty(named = "line", matches = ".+")
	void saysWhatTheLineHas() throws IOException {
		String line = System.getProperty("line");
		Map<String, String> found = new LinkedHashMap<>();
		COLUMNS.forEach((column) -> found.put(column, ""));
		found.put("Spring Boot", SpringBootVersion.getVersion());
		found.put("Flyway", version(Flyway.class));
		found.put("ShedLock", version(LockProvider.class));
		found.put("Java", String.valueOf(Runtime.version().feature()));
		if (!line.matches("mariadb.*|mysql")) {
			found.put("PostgreSQL",
					PostgresDatabase.create().jdbc().queryForObject("show server_version", String.class));
		}
		if (!line.startsWith("postgresql")) {
			String version = MariaDbDatabase.jdbc(MariaDbDatabase.create())
				.queryForObject("select version()", String.class);
			found.put(version.contains("MariaDB") ? "MariaDB" : "MySQL", version);
		}
		found.replaceAll((column, version) -> version.replaceAll("[- ].*", ""));
		Files.writeString(Path.of("target", "line.csv"), line + "," + String.join(",", found.values()));
	}

	@Test
	void thePagesNameWhatTheTestsWereRunWith() throws IOException {
		new GeneratedBlock(Path.of("../README.md"), "lines").assertIs(summary());
		new GeneratedBlock(Path.of("../docs/evidence.md"), "lines").assertIs(table());
	}

	/**
	 * Return a table with all versions of each product in the results.
	 */
	private static String summary() throws IOException {
		List<Map<String, String>> results = results();
		StringBuilder summary = new StringBuilder("| | tested with |\n| --- | --- |\n");
		for (String column : COLUMNS) {
			String versions = results.stream()
				.map((row) -> row.get(column))
				.filter((version) -> !version.isEmpty())
				.distinct()
				.sorted(Comparator.comparing(MigrationVersion::fromVersion))
				.collect(Collectors.joining(", "));
			if (!versions.isEmpty()) {
				summary.append("| %s | %s |\n".formatted(column, versions));
			}
		}
		return summary.toString();
	}

	private static String table() throws IOException {
		List<Map<String, String>> results = results();
		List<String> rows = new ArrayList<>();
		List<String> columns = List.copyOf(results.get(0).keySet());
		rows.add(String.join(" | ", columns));
		rows.add(columns.stream().map((column) -> "---").collect(Collectors.joining(" | ")));
		results.forEach((row) -> rows.add(String.join(" | ", row.values())));
		return rows.stream().map((row) -> "| " + row + " |").collect(Collectors.joining("\n", "", "\n"));
	}

	private static List<Map<String, String>> results() throws IOException {
		return new CsvFile(RESULTS).rows();
	}

	private static String version(Class<?> type) {
		String jar = Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath())
			.getFileName()
			.toString();
		return jar.replaceAll("^\\D+|\\.jar$", "");
	}

}
