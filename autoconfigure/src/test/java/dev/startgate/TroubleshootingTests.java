package dev.startgate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the page about troubleshooting has a heading for each failure analysis and
 * an entry for each line at WARN or ERROR, in the words of the code. The page about log
 * lines must have an entry for each line at INFO.
 */
class TroubleshootingTests {

	private static final Path PAGE = Path.of("../docs/troubleshooting.md");

	private static final Pattern LITERAL = Pattern.compile("\"([^\"\\\\\n]*+(?:\\\\.[^\"\\\\\n]*+)*+)\"");

	private static final Pattern WARN_OR_ERROR = Pattern
		.compile("logger\\s*\\.(?:warn|error)\\(|logger\\s*\\.atLevel\\([^;]*?\\b(?:WARN|ERROR)\\b[^;]*?\\.log\\(");

	private static final Pattern INFO = Pattern
		.compile("logger\\s*\\.info\\(|logger\\s*\\.atLevel\\([^;]*?\\bINFO\\b[^;]*?\\.log\\(");

	private static final Pattern ANALYZED = Pattern
		.compile("(?:StartgateAnalyzer<|\\bon\\()(\\w+)Exception(?:>|\\.class)");

	/** The headings, each with the exception whose analysis has these words. */
	private static final Map<String, String> HEADINGS = Map.ofEntries(
			Map.entry("The settle condition … failed with an error", "ConditionFailed"),
			Map.entry("The database can't be reached", "DatabaseUnreachable"),
			Map.entry("Data migrations need a history of their own, and not the table …", "DataHistory"),
			Map.entry("Flyway has recorded that a migration failed", "FlywayValidate"),
			Map.entry("Migrations are not run as a group on …", "GroupRefused"),
			Map.entry("The migrations of this application are not those that Flyway has recorded", "FlywayValidate"),
			Map.entry("The user … can't read and write Flyway's history …", "HistoryRight"),
			Map.entry("Migration V… was interrupted", "InterruptedMigration"),
			Map.entry("The value … of … makes no sense", "InvalidConfigurationPropertyValue"),
			Map.entry("Lost the lease on …", "LeaseLost"), Map.entry("Could not …: …", "LockFailed"),
			Map.entry("The table … has other columns than those of Startgate", "LockTable"),
			Map.entry("… did not get its lock on a table in …", "LockWaitGivenUp"),
			Map.entry("Waited … s for the lock …", "LockWaitExceeded"),
			Map.entry("Could not apply version … of metadata …", "MetadataFailed"),
			Map.entry("There are metadata sources, but neither a Flyway nor exactly one DataSource to record them in",
					"NoMetadataHome"),
			Map.entry("Migration V… failed", "Flyway"),
			Map.entry("Migration V… failed on replica …, which this one waited for", "MigrationFailedElsewhere"),
			Map.entry("Migration V… was not started, because its precondition … has … violations",
					"MigrationPrecondition"),
			Map.entry("The precondition … does not tell which migration it belongs to", "MisnamedPrecondition"),
			Map.entry("Bean … asked the database while it was created", "BeanCreation"),
			Map.entry("With 'startgate.enabled=false' this replica would migrate by itself …", "RefusedStart"),
			Map.entry("Nobody runs the migrations in …", "RefusedStart"),
			Map.entry("This application was processed ahead of time with Startgate switched on …", "RefusedStart"),
			Map.entry("… but there is no bean of that name that Spring starts and stops", "NotDeferrable"),
			Map.entry("The schema is not what this application needs", "PendingWork"),
			Map.entry("The migrations were not started, because preconditions are violated", "PreconditionViolated"),
			Map.entry("The database lets the user … change nothing", "ReadOnlyDatabase"),
			Map.entry("… That is a transient failure, but it came at each of … attempts", "RetriesExhausted"),
			Map.entry("Bean … looks at the schema while it is created", "RefusedStart"),
			Map.entry("This did not settle in time", "SettleTimeout"),
			Map.entry("Asked to stop while …", "StartAbandoned"),
			Map.entry("The precondition … of … could not be asked", "UnansweredPrecondition"),
			Map.entry("Migrations can't be rehearsed on …", "UnrehearsableDatabase"),
			Map.entry("There is no lock for the database …", "UnsupportedDatabase"),
			Map.entry("Startgate can't run Flyway …, which is older than …", "UnsupportedFlyway"),
			Map.entry("Startgate can't run with …: it needs … or later", "RefusedStart"),
			Map.entry("The metadata source … can't be used", "UnusableMetadataSource"),
			Map.entry("… is needed before the migrations, but depends on a bean that waits for them",
					"WaitsForMigrations"));

	private static final Map<Path, Path> WORDED_ELSEWHERE = Map.of(Path.of("flyway", "ddl", "LockHolds.java"),
			Path.of("gate", "HeldLock.java"), Path.of("coordination", "LockedWorkRunner.java"),
			Path.of("coordination", "LeaseLostException.java"), Path.of("flyway", "Resumptions.java"),
			Path.of("flyway", "resume", "ScriptRun.java"));

	@Test
	void everyAnalyzedFailureHasAHeading() throws IOException {
		try (Stream<Path> files = Files.list(ProductionCode.source(Path.of("autoconfigure", "diagnostics")))) {
			assertThat(files.filter((file) -> file.toString().endsWith("FailureAnalyzer.java")))
				.allSatisfy((file) -> assertThat(analyzed(read(file))).isNotEmpty()
					.allSatisfy((exception) -> assertThat(HEADINGS).containsValue(exception)))
				.flatMap((file) -> analyzed(read(file)))
				.doesNotHaveDuplicates()
				.containsAll(HEADINGS.values());
		}
		String page = read(PAGE);
		assertThat(HEADINGS.keySet()).allSatisfy((heading) -> assertThat(page).contains("## `" + heading + "`\n"));
	}

	/**
	 * Return the exceptions that an analyzer handles.
	 */
	private static List<String> analyzed(String analyzer) {
		return ANALYZED.matcher(analyzer)
			.results()
			.map((exception) -> exception.group(1))
			.filter((exception) -> !exception.equals("Runtime"))
			.toList();
	}

	/**
	 * A refused start has several headings: one for each class that throws it.
	 */
	@Test
	void everyRefusedStartHasAHeading() {
		assertThat(ProductionCode.sources()).filteredOn((source) -> read(source).contains("new RefusedStartException("))
			.hasSameSizeAs(HEADINGS.values().stream().filter("RefusedStart"::equals).toList());
	}

	@Test
	void everyHeadingHasTheWordsOfTheCode() {
		String literals = literals();
		assertThat(HEADINGS.keySet()).flatMap((heading) -> Stream.of(heading.split("…")).map(String::strip).toList())
			.filteredOn((words) -> !words.isEmpty())
			.allSatisfy((words) -> assertThat(literals).contains(words));
	}

	@Test
	void everyWarningHasTheWordsOfTheCode() {
		String literals = literals();
		assertThat(warnings()).isNotEmpty()
			.flatMap(TroubleshootingTests::fragments)
			.allSatisfy((words) -> assertThat(literals).contains(words));
	}

	@Test
	void everyLineAtWarnOrErrorHasAnEntry() {
		List<List<String>> entries = Stream.concat(warnings().stream(), HEADINGS.keySet().stream())
			.map(TroubleshootingTests::fragments)
			.filter((fragments) -> !fragments.isEmpty())
			.toList();
		assertThat(lines(WARN_OR_ERROR,
				(line, said) -> entries.stream()
					.noneMatch((fragments) -> isSaid(fragments, said) && isMeant(fragments, line))))
			.as("lines without an entry in docs/troubleshooting.md")
			.isEmpty();
	}

	/**
	 * An entry may leave out the end of a line, or have a value in place of a parameter.
	 */
	@Test
	void everyLineAtInfoHasAnEntry() {
		List<String> entries = firstCells(Path.of("../docs/reference/log-lines.md"), "All INFO lines");
		assertThat(lines(INFO, (line, said) -> {
			List<String> words = fragments(line.replace("{}", "…"));
			return entries.stream().noneMatch((entry) -> {
				List<String> fragments = fragments(entry);
				return (!words.isEmpty() && isSaid(words, entry))
						|| (isSaid(fragments, said) && isMeant(fragments, line));
			});
		})).as("lines without an entry in docs/reference/log-lines.md").isEmpty();
	}

	/**
	 * Return the log lines that a filter accepts. The filter also gets the words of the
	 * line, which may come from other strings of this file or of another one.
	 */
	private static List<String> lines(Pattern calls, BiPredicate<String, String> filter) {
		List<String> lines = new ArrayList<>();
		for (Path source : ProductionCode.sources()) {
			String code = joined(source);
			for (MatchResult call : calls.matcher(code).results().toList()) {
				Matcher template = LITERAL.matcher(code.substring(call.start(), code.indexOf(';', call.end())));
				String line = template.find() ? template.group(1) : "";
				Path elsewhere = WORDED_ELSEWHERE.get(ProductionCode.relative(source));
				String words = (elsewhere != null) ? joined(ProductionCode.source(elsewhere)) : code;
				String said = line.replaceAll("\\{}|\\W", "").isEmpty() ? literals(words) : line;
				if (filter.test(line, said)) {
					lines.add(ProductionCode.relative(source) + ": " + line);
				}
			}
		}
		return lines;
	}

	/**
	 * Return whether an entry means a line. Many lines have the same few words, so a
	 * short entry must have all words of its line.
	 */
	private static boolean isMeant(List<String> fragments, String line) {
		String words = String.join("", fragments);
		return words.length() >= 12 || line.replaceAll("\\{}", "").strip().equals(words);
	}

	private static boolean isSaid(List<String> fragments, String said) {
		int at = 0;
		for (String fragment : fragments) {
			int found = said.indexOf(fragment, at);
			if (found < 0) {
				return false;
			}
			at = found + fragment.length();
		}
		return true;
	}

	private static List<String> warnings() {
		return firstCells(PAGE, "Warnings and errors");
	}

	private static List<String> firstCells(Path file, String heading) {
		String page = read(file);
		String tables = page.substring(page.indexOf("\n## " + heading + "\n")).split("\n## ", 3)[1];
		return Pattern.compile("(?m)^\\| (`.*?`) \\|")
			.matcher(tables)
			.results()
			.flatMap((row) -> Stream.of(row.group(1).split("`, `")))
			.map((warning) -> warning.replace("`", ""))
			.toList();
	}

	private static List<String> fragments(String words) {
		return Stream.of(words.split("…|\\(|\\)"))
			.map(String::strip)
			.filter((fragment) -> fragment.length() > 3)
			.toList();
	}

	/**
	 * Return all strings of the code. A string that is concatenated from several counts
	 * as one.
	 */
	private static String literals() {
		return ProductionCode.sources()
			.stream()
			.map((source) -> literals(joined(source)))
			.collect(Collectors.joining("\n"));
	}

	private static String literals(String code) {
		return LITERAL.matcher(code).results().map((result) -> result.group(1)).collect(Collectors.joining("\n"));
	}

	private static String joined(Path source) {
		return read(source).replaceAll("\"\\s*\\+\\s*\"", "");
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
