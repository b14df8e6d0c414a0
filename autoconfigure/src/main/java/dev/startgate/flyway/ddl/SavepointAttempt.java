package dev.startgate.flyway.ddl;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * An attempt in a transaction that has done something before, which is kept. Whatever
 * else fails in PostgreSQL fails the transaction, so that nothing need be undone then.
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
	 * This gives back its locks, and the time-out too. The server must not take the pause
	 * for an idle transaction that was forgotten.
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
