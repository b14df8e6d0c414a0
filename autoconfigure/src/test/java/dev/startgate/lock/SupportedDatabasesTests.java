package dev.startgate.lock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import net.javacrumbs.shedlock.provider.sql.DatabaseProduct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * There is one list of databases, in {@code docs/guarantees.md}, and it says what the
 * code does.
 */
class SupportedDatabasesTests {

	/** Each product that drivers report, with the name that the page uses. */
	private static final Map<DatabaseProduct, String> NAMES = Map.of(DatabaseProduct.POSTGRES_SQL, "PostgreSQL",
			DatabaseProduct.MY_SQL, "MySQL", DatabaseProduct.MARIA_DB, "MariaDB", DatabaseProduct.H2, "H2",
			DatabaseProduct.SQL_SERVER, "Microsoft SQL Server", DatabaseProduct.ORACLE, "Oracle", DatabaseProduct.DB2,
			"DB2", DatabaseProduct.HQL, "HSQL Database Engine", DatabaseProduct.COCKROACH_DB, "CockroachDB",
			DatabaseProduct.UNKNOWN, "every other");

	/** Its driver says that it is PostgreSQL, as the driver of CockroachDB does. */
	private static final String YUGABYTE = "YugabyteDB";

	@ParameterizedTest
	@EnumSource
	void everyProductThatTheCodeKnowsIsInTheTable(DatabaseProduct product) throws Exception {
		assertThat(NAMES).containsKey(product);
		assertThat(table()).containsKey(NAMES.get(product));
		assertThat(table().get(NAMES.get(product))).startsWith(support(product, NAMES.get(product)));
	}

	@Test
	void everyDatabaseOfTheTableIsKnown() throws IOException {
		assertThat(Stream.concat(NAMES.values().stream(), Stream.of(YUGABYTE)))
			.containsExactlyInAnyOrderElementsOf(table().keySet());
	}

	@Test
	void whatPassesIsToldOfTheseDatabasesOnly() throws IOException {
		assertThat(rows("../docs/reference/transient-failures.md", "## What is transient")).isNotEmpty()
			.flatMap((row) -> List.of(row.get(0).split(", ")))
			.filteredOn((name) -> !name.equals("any"))
			.isSubsetOf(table().keySet());
	}

	@Test
	void theFirstPageNamesTheSameVersions() throws IOException {
		String page = Files.readString(Path.of("../README.md")).replaceAll("\\s+", " ");
		assertThat(rows("../docs/guarantees.md", "## Databases")).extracting((row) -> row.get(0))
			.filteredOn((name) -> name.endsWith("and later"))
			.hasSize(3)
			.allSatisfy((name) -> assertThat(page).contains(name));
	}

	private static String support(DatabaseProduct product, String name) throws SQLException {
		Connection connection = mock();
		DatabaseMetaData metaData = mock();
		given(connection.getMetaData()).willReturn(metaData);
		given(metaData.getDatabaseProductName())
			.willReturn((product == DatabaseProduct.COCKROACH_DB) ? "PostgreSQL" : name);
		try {
			LockDatabase database = LockDatabases.of(connection);
			if (database instanceof StandardSqlLockDatabase) {
				return (product == DatabaseProduct.H2) ? "for tests" : "lease only";
			}
			return product == DatabaseProduct.POSTGRES_SQL || product == DatabaseProduct.MARIA_DB ? "tested"
					: "expected";
		}
		catch (UnsupportedDatabaseException ex) {
			return "refused";
		}
	}

	/**
	 * Return what the page says about the support of each database, by its name.
	 */
	private static Map<String, String> table() throws IOException {
		Map<String, String> table = new LinkedHashMap<>();
		for (List<String> row : rows("../docs/guarantees.md", "## Databases")) {
			for (String name : row.get(0).replaceAll(" [0-9.]+ and later", "").split(", ")) {
				assertThat(table.put(name, row.get(1))).as("in the table twice: %s", name).isNull();
			}
		}
		return table;
	}

	private static List<List<String>> rows(String page, String heading) throws IOException {
		String text = Files.readString(Path.of(page));
		assertThat(text).contains(heading + "\n");
		String section = text.substring(text.indexOf(heading + "\n") + heading.length()).split("\n## ", 2)[0];
		return Pattern.compile("(?m)^\\| (.*) \\|$")
			.matcher(section)
			.results()
			.skip(2)
			.map((row) -> Stream.of(row.group(1).split("\\|")).map(String::strip).toList())
			.toList();
	}

}
