package dev.startgate.flyway.ddl;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * An attempt in a transaction whose earlier work is kept. Any other failure fails the
 * whole transaction in PostgreSQL, so that nothing need be undone then.
 */
final class SavepointAttempt implements LockAttempt {

	private static final String NAME = "startgate_ddl";

	private final Connection connection;

	private final String timeout;

	private SavepointAttempt(Connection connection, String timeout) {
		this.connection = connection;
		this.timeout = timeout;
	}

	static SavepointAttempt begin(Connection connection, Duration most) throws SQLException {
		return new SavepointAttempt(connection, PostgreSqlTimeout.limit(connection, "savepoint " + NAME + "; ", most));
	}

	@Override
	public void succeeded() throws SQLException {
		PostgreSqlTimeout.restore(this.connection, this.timeout, "; release savepoint " + NAME);
	}

	/**
	 * The rollback releases the locks and restores the time-out. The server must not end
	 * the session during the pause because its transaction is idle.
	 */
	@Override
	public void stepBack() throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute("rollback to savepoint " + NAME + "; release savepoint " + NAME
					+ "; select set_config('idle_in_transaction_session_timeout', '0', true)");
		}
	}

	@Override
	public void failed() {
	}

}
