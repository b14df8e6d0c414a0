package dev.startgate.flyway.ddl;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import dev.startgate.testing.PostgresDatabase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The shorter time-out wins, whatever unit PostgreSQL shows it in.
 */
class PostgreSqlAttemptTests {

	private static final PostgresDatabase database = PostgresDatabase.create();

	@ParameterizedTest
	@CsvSource({ "0, 5s", "1ms, 1ms", "2500ms, 2500ms", "4s, 4s", "5s, 5s", "5001ms, 5s", "1min, 5s", "90min, 5s",
			"3h, 5s", "2d, 5s" })
	void theShorterOneWins(String own, String expected) throws SQLException {
		try (Connection connection = database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("set local lock_timeout = '" + own + "'");
			String before = PostgreSqlAttempt.limit(connection, "savepoint s; ", Duration.ofSeconds(5));
			assertThat(timeout(statement)).isEqualTo(expected);
			PostgreSqlAttempt.restore(connection, before, "; release savepoint s");
			assertThat(timeout(statement)).isEqualTo(before).isEqualTo(own);
		}
	}

	private static String timeout(Statement statement) throws SQLException {
		try (ResultSet row = statement.executeQuery("show lock_timeout")) {
			row.next();
			return row.getString(1);
		}
	}

}
