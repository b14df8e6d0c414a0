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
 * The page about troubleshooting has a heading for each failure analysis, and an entry
 * for each line at WARN or ERROR, in the words of the code. That about log lines has an
 * entry for each line at INFO.
 */
class TroubleshootingTests {

	private static final Path PAGE = Path.of("../docs/troubleshooting.md");

	private static final Pattern LITERAL = Pattern.compile("\"([^\"\\\\\n]*+(?:\\\\.[^\"\\\\\n]*+)*+)\"");

	private static final Pattern WARN_OR_ERROR = Pattern
		.compile("logger\\s*\\.(?:warn|error)\\(|logger\\s*\\.atLevel\\([^;]*?\\b(?:WARN|ERROR)\\b[^;]*?\\.log\\(");

	private static final Pattern INFO = Pattern
		.compile("logger\\s*\\.info\\(|logger\\s*\\.atLevel\\([^;]*?\\bINFO\\b[^;]*?\\.log\\(");

	private static final Map<String, String> HEADINGS = Map.ofEntries(
			Map.entry("ConditionFailed", "The settle condition … failed with an error"),
			Map.entry("DatabaseUnreachable", "The database can't be reached"),
			Map.entry("DataHistory", "Data migrations need a history of their own, and not the table …"),
			Map.entry("FailedRow", "Flyway has recorded that a migration failed"),
			Map.entry("GroupRefused", "Migrations are not run as a group on …"),
			Map.entry("HistoryMismatch", "The migrations of this application are not those that Flyway has recorded"),
			Map.entry("HistoryRight", "The user … can't read and write Flyway's history …"),
			Map.entry("InterruptedMigration", "Migration V… was interrupted"),
			Map.entry("InvalidProperty", "The value … of … makes no sense"),
			Map.entry("LeaseLost", "Lost the lease on …"), Map.entry("LockFailed", "Could not … the lock of …"),
			Map.entry("LockTable", "The table … has other columns than those of Startgate"),
			Map.entry("LockWaitGivenUp", "… did not get its lock on a table in …"),
			Map.entry("LockWaitExceeded", "Waited … s for the lock …"),
			Map.entry("Metadata", "Could not apply version … of metadata …"),
			Map.entry("MetadataHome",
					"There are metadata sources, but neither a Flyway nor exactly one DataSource to record them in"),
			Map.entry("Migration", "Migration V… failed"),
			Map.entry("MigrationFailedElsewhere", "Migration V… failed on replica …, which this one waited for"),
			Map.entry("MigrationPrecondition",
					"Migration V… was not started, because its precondition … has … violations"),
			Map.entry("MisnamedPrecondition", "The precondition … does not tell which migration it belongs to"),
			Map.entry("MissingSchema", "Bean … asked the database while it was created"),
			Map.entry("ModeSwitchedOff", "With 'startgate.enabled=false' this replica would migrate by itself …"),
			Map.entry("UnattendedMigrations", "Nobody runs the migrations in …"),
			Map.entry("NotDeferrable", "… but there is no bean of that name that Spring starts and stops"),
			Map.entry("PendingWork", "The schema is not what this application needs"),
			Map.entry("Precondition", "The migrations were not started, because preconditions are violated"),
			Map.entry("ReadOnlyDatabase", "The database lets the user … change nothing"),
			Map.entry("RetriesExhausted", "… That is a transient failure, but it came at each of … attempts"),
			Map.entry("EagerSchemaAccess", "Bean … looks at the schema while it is created"),
			Map.entry("SettleTimeout", "This did not settle in time"),
			Map.entry("StartAbandoned", "Asked to stop while …"),
			Map.entry("UnansweredPrecondition", "The precondition … of … could not be asked"),
			Map.entry("UnrehearsableDatabase", "Migrations can't be rehearsed on …"),
			Map.entry("UnsupportedDatabase", "There is no lock for the database …"),
			Map.entry("UnsupportedFlyway", "Startgate can't run Flyway …, which is older than …"),
			Map.entry("UnsupportedLibrary", "Startgate can't run with …: it needs … or later"),
			Map.entry("UnusableMetadataSource", "The metadata source … can't be used"), Map.entry("WaitsForMigrations",
					"… is needed before the migrations, but depends on a bean that waits for them"));

	private static final Map<Path, Path> WORDED_ELSEWHERE = Map.of(Path.of("flyway", "ddl", "LockHolds.java"),
			Path.of("gate", "HeldLock.java"), Path.of("coordination", "LockedWorkRunner.java"),
			Path.of("coordination", "LeaseLostException.java"), Path.of("flyway", "Resumptions.java"),
			Path.of("flyway", "resume", "ScriptRun.java"));

	@Test
	void everyFailureAnalyzerHasAHeading() throws IOException {
		try (Stream<Path> files = Files.list(Path.of("src/main/java/dev/startgate/autoconfigure/diagnostics"))) {
			assertThat(files.map((file) -> file.getFileName().toString())
				.filter((name) -> name.endsWith("FailureAnalyzer.java"))
				.map((name) -> name.replace("FailureAnalyzer.java", "")))
				.containsExactlyInAnyOrderElementsOf(HEADINGS.keySet());
		}
		String page = read(PAGE);
		assertThat(HEADINGS.values()).allSatisfy((heading) -> assertThat(page).contains("## `" + heading + "`\n"));
	}

	@Test
	void everyHeadingHasTheWordsOfTheCode() {
		String literals = literals();
		assertThat(HEADINGS.values()).flatMap((heading) -> Stream.of(heading.split("…")).map(String::strip).toList())
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
		List<List<String>> entries = Stream.concat(warnings().stream(), HEADINGS.values().stream())
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
	 * An entry may leave out the end of a line, or say what a parameter may be.
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
	 * Return the lines of the code for which something holds. One that is put together
	 * elsewhere has its words in the same file.
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
	 * Few words are in many lines: then there must be no others.
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
	 * All strings of the code, those that are put together from several as one.
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
