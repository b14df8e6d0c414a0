package dev.startgate.flyway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.SQLException;

import dev.startgate.coordination.DatabaseUnreachableException;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which failures are transient, and how they are found within other exceptions.
 */
class TransientFailuresTests {

	@ParameterizedTest
	@CsvSource({ "PostgreSQL, 40001", "PostgreSQL, 40P01", "PostgreSQL, 08006", "PostgreSQL, 57P01",
			"PostgreSQL, 25006", "PostgreSQL, 55P03", "MySQL, 40001", "H2, HYT00" })
	void passes(String product, String state) {
		assertThat(TransientFailures.why(new SQLException("no", state), product)).isPresent();
	}

	@ParameterizedTest
	@CsvSource({ "PostgreSQL, 42P07", "PostgreSQL, 23505", "PostgreSQL, 57014", "PostgreSQL, XX000",
			"PostgreSQL, HYT00", "MySQL, 40P01", "MySQL, 42S01" })
	void doesNotPass(String product, String state) {
		assertThat(TransientFailures.why(new SQLException("no", state), product)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "MySQL, 1205, true", "MariaDB, 1213, true", "MySQL, 2006, true", "MariaDB, 2013, true",
			"MySQL, 1062, false", "PostgreSQL, 1205, false", "H2, 1213, false" })
	void aVendorCodeIsThatOfOneVendor(String product, int code, boolean passes) {
		assertThat(TransientFailures.why(new SQLException("no", "HY000", code), product).isPresent()).isEqualTo(passes);
	}

	/**
	 * MySQL's own driver reports it as a deadlock, although only the statement was rolled
	 * back.
	 */
	@Test
	void aLockThatWasNotAvailableIsNoDeadlock() {
		SQLException answer = new SQLException("Lock wait timeout exceeded", "40001", 1205);
		assertThat(TransientFailures.why(answer, "MySQL")).contains("a lock was not available in time");
	}

	@Test
	void aMessageTellsWhereTheCodeDoesNot() {
		assertThat(TransientFailures.why(new SQLException("ERROR: tuple concurrently updated", "XX000"), "PostgreSQL"))
			.contains("two sessions change the catalog");
	}

	/**
	 * What MySQL's driver says if its connection breaks between the preparation of a
	 * statement and its execution.
	 */
	@Test
	void aStatementThatIsClosedIsALostConnection() {
		SQLException answer = new SQLException("No operations allowed after statement closed.", "S1009");
		assertThat(TransientFailures.why(answer, "MySQL")).contains("the connection broke");
		assertThat(DatabaseUnreachableException.isLoss(new FlywayException("Unable to note", answer))).isTrue();
	}

	/**
	 * What MariaDB's driver says if its URL has several addresses.
	 */
	@Test
	void aDriverThatHasConnectedAgainHasLostItsConnection() {
		SQLException answer = new SQLException("Driver has reconnect connection", "25S03");
		assertThat(TransientFailures.why(answer, "MariaDB")).isPresent();
		assertThat(DatabaseUnreachableException.isLoss(new FlywayException("failed", answer))).isTrue();
	}

	@Test
	void isFoundWithinTheExceptionsOfFlywayAndOfABatch() {
		BatchUpdateException batch = new BatchUpdateException();
		batch.setNextException(new SQLException("deadlock detected", "40P01"));
		assertThat(TransientFailures.why(new FlywayException("failed", new IllegalStateException(batch)), "PostgreSQL"))
			.contains("the victim of a deadlock");
	}

	@Test
	void theDocumentationHasTheSameTable() throws IOException {
		String page = Files.readString(Path.of("../docs/reference/transient-failures.md"));
		assertThat(page.substring(page.indexOf("\n## What is transient\n"))
			.lines()
			.filter((line) -> line.startsWith("| "))
			.skip(2))
			.containsExactlyElementsOf(TransientFailures.rows().stream().map(TransientFailuresTests::line).toList());
	}

	private static String line(TransientFailures.Row row) {
		return "| %s | `%s` | %s | %s |".formatted(row.database().replace("MySQL", "MySQL, MariaDB"), row.code(),
				row.message().isEmpty() ? "" : "`" + row.message() + "`", row.meaning());
	}

	/**
	 * A failure that the gate takes for an unreachable database is also transient.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "08006", "57P01", "57P02", "57P03", "57P05", "53300" })
	void aDatabaseThatCannotBeReachedPasses(String state) {
		SQLException answer = new SQLException("no", state);
		assertThat(DatabaseUnreachableException.isCausing(answer)).isTrue();
		assertThat(TransientFailures.why(answer, "PostgreSQL")).isPresent();
	}

	@ParameterizedTest
	@CsvSource({ "CockroachDB CCL v25.2.1 (x86_64-pc-linux-gnu), CockroachDB",
			"PostgreSQL 15.2-YB-2.25.1.0-b0 on x86_64-pc-linux-gnu, YugabyteDB", "PostgreSQL 18.0 on x86_64," })
	void distributedDatabasesAreKnownByTheirVersion(String version, String name) {
		assertThat(DistributedSql.name(version).orElse(null)).isEqualTo(name);
	}

}
