package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;

import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.PostgresDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

/**
 * Tests for {@link Violations} on real databases.
 */
class ViolationsTests {

	private static final PostgresDatabase DATABASE = PostgresDatabase.create();

	/** A query with more rows than fit into memory. */
	private static final String MANY = "select %s as id, repeat('x', 10000) as letter from %s";

	@Test
	void ofMillionsOnPostgreSqlOnlySomeAreRead() throws SQLException {
		try (Connection connection = DATABASE.dataSource().getConnection()) {
			connection.setAutoCommit(false);
			ofMillionsOnlySomeAreRead(connection, MANY.formatted("g", "generate_series(1, 3000000) g"));
			connection.commit();
			connection.setAutoCommit(true);
			ofMillionsOnlySomeAreRead(connection, MANY.formatted("g", "generate_series(1, 3000000) g"));
		}
	}

	@Test
	void ofMillionsOnMariaDbOnlySomeAreRead() throws SQLException {
		try (Connection connection = DriverManager.getConnection(MariaDbDatabase.create(), "root", "")) {
			ofMillionsOnlySomeAreRead(connection, MANY.formatted("seq", "seq_1_to_3000000"));
		}
	}

	private static void ofMillionsOnlySomeAreRead(Connection connection, String sql) {
		assertTimeout(Duration.ofSeconds(60), () -> {
			Violations found = Violations.of(connection, sql);
			assertThat(found.inWords()).isEqualTo("more than 1000 violations");
			assertThat(found.first()).hasSize(10)
				.allSatisfy((row) -> assertThat(row.length()).isLessThan(300))
				.element(0)
				.asString()
				.startsWith("    - id = 1 | letter = xxx");
			try (var row = connection.createStatement().executeQuery("select 42")) {
				assertThat(row.next()).as("the connection is left as it was").isTrue();
			}
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
			1 as id, 'x' as a                                ; id = 1 | a = x
			-1 as user_id, 'x' as a                          ; user_id = -1 | a = x
			1 as "orderId", 'x' as a                         ; orderId = 1 | a = x
			'abcdef01-0000-0000-0000-0123456789ab' as uuid   ; `uuid = abcdef01-0000-0000-0000-0123456789ab | `
			'ann@example.org' as id, 'x' as a                ; ` | id = ann@example.org, a = x`
			'ann@example.org' as email, 1 as id              ; ` | email = ann@example.org, id = 1`
			1 as paid                                        ; ` | paid = 1`
			null as id                                       ; ` | id = null`
			""")
	void theKeyIsANumberOrUuidInAFirstColumnThatIsNamedSo(String columns, String row) throws SQLException {
		try (Connection connection = DATABASE.dataSource().getConnection()) {
			assertThat(Violations.of(connection, "select " + columns).first()).containsExactly("    - " + row);
		}
	}

}
