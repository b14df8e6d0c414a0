package dev.startgate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page about troubleshooting has a heading for each failure analysis, in the words of
 * the analysis.
 */
class TroubleshootingTests {

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
			Map.entry("LeaseLost", "Lost the lease on …"),
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
			Map.entry("UnsupportedDatabase", "There is no lock for the database …"),
			Map.entry("UnsupportedFlyway", "Startgate can't run Flyway …, which is older than …"),
			Map.entry("UnusableMetadataSource", "The metadata source … can't be used"), Map.entry("WaitsForMigrations",
					"… is needed before the migrations, but depends on a bean that waits for them"));

	@Test
	void everyFailureAnalyzerHasAHeading() throws IOException {
		try (Stream<Path> files = Files.list(Path.of("src/main/java/dev/startgate/autoconfigure/diagnostics"))) {
			assertThat(files.map((file) -> file.getFileName().toString())
				.filter((name) -> name.endsWith("FailureAnalyzer.java"))
				.map((name) -> name.replace("FailureAnalyzer.java", "")))
				.containsExactlyInAnyOrderElementsOf(HEADINGS.keySet());
		}
		String page = Files.readString(Path.of("../docs/troubleshooting.md"));
		assertThat(HEADINGS.values()).allSatisfy((heading) -> assertThat(page).contains("## `" + heading + "`\n"));
	}

	@Test
	void everyHeadingHasTheWordsOfTheCode() throws IOException {
		String literals = literals();
		assertThat(HEADINGS.values()).flatMap((heading) -> Stream.of(heading.split("…")).map(String::strip).toList())
			.filteredOn((words) -> !words.isEmpty())
			.allSatisfy((words) -> assertThat(literals).contains(words));
	}

	@Test
	void everyWarningHasTheWordsOfTheCode() throws IOException {
		String page = Files.readString(Path.of("../docs/troubleshooting.md"));
		String table = page.substring(page.indexOf("\n## Warnings\n")).split("\n## ", 3)[1];
		String literals = literals();
		assertThat(Pattern.compile("(?m)^\\| (`.*?`) \\|").matcher(table).results().map((row) -> row.group(1)))
			.isNotEmpty()
			.flatMap((warnings) -> Stream.of(warnings.split("`(, `)?|…|\\(|\\)")).map(String::strip).toList())
			.filteredOn((words) -> !words.isEmpty())
			.allSatisfy((words) -> assertThat(literals).contains(words));
	}

	/**
	 * All strings of the code, those that are put together from several as one.
	 */
	private static String literals() throws IOException {
		Pattern literal = Pattern.compile("\"([^\"\\\\\n]*+(?:\\\\.[^\"\\\\\n]*+)*+)\"");
		try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
			return files.filter((file) -> file.toString().endsWith(".java"))
				.map(TroubleshootingTests::read)
				.flatMap((source) -> literal.matcher(source.replaceAll("\"\\s*\\+\\s*\"", "")).results())
				.map((result) -> result.group(1))
				.collect(Collectors.joining("\n"));
		}
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
