package dev.startgate.coordination;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.startgate.testing.PostgresDatabase;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.datasource.AbstractDataSource;

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
			pool.setDataSource(new FirstConnectionIsCut());
			Throwable failure = catchThrowable(pool::getConnection);
			assertThat(failure).hasStackTraceContaining("Transaction isolation level -1 not supported");
			assertThat(DatabaseUnreachableException.isCausing(failure)).isTrue();
			try (Connection connection = pool.getConnection()) {
				assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
			}
		}
	}

	private final class FirstConnectionIsCut extends AbstractDataSource {

		private final DataSource target = DatabaseUnreachableExceptionTests.this.database.dataSource();

		private final AtomicInteger questions = new AtomicInteger();

		@Override
		public Connection getConnection() throws SQLException {
			Connection connection = this.target.getConnection();
			return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
					(proxy, method, arguments) -> {
						if (method.getName().equals("getTransactionIsolation")
								&& this.questions.getAndIncrement() == 0) {
							throw new SQLException("An I/O error occurred while sending to the backend.", "08006");
						}
						try {
							return method.invoke(connection, arguments);
						}
						catch (InvocationTargetException ex) {
							throw ex.getTargetException();
						}
					});
		}

		@Override
		public Connection getConnection(String username, String password) throws SQLException {
			return getConnection();
		}

	}

}
