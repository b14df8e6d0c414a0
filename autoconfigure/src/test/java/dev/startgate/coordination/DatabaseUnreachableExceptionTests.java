package dev.startgate.coordination;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.startgate.testing.InterceptedDataSource;
import dev.startgate.testing.PostgresDatabase;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for what counts as a database that can't be reached.
 */
class DatabaseUnreachableExceptionTests {

	private final PostgresDatabase database = PostgresDatabase.create();

	@Test
	void aPoolWhoseFirstConnectionIsCutIsANewOneAtTheNextAttempt() throws SQLException {
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setDataSource(firstConnectionIsCut());
			Throwable failure = catchThrowable(pool::getConnection);
			assertThat(failure).hasStackTraceContaining("Transaction isolation level -1 not supported");
			assertThat(DatabaseUnreachableException.isCausing(failure)).isTrue();
			try (Connection connection = pool.getConnection()) {
				assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
			}
		}
	}

	private DataSource firstConnectionIsCut() {
		AtomicBoolean cut = new AtomicBoolean();
		return new InterceptedDataSource(this.database.url(), "postgres", (number, method, arguments) -> {
			if (method.equals("getTransactionIsolation") && !cut.getAndSet(true)) {
				throw new SQLException("An I/O error occurred while sending to the backend.", "08006");
			}
		});
	}

}
