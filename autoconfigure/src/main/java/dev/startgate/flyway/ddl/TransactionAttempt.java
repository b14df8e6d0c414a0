package dev.startgate.flyway.ddl;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;

/**
 * An attempt of a statement outside of a transaction. The attempt puts it into one of its
 * own, with which the time-out ends, even if a pooler lends the session to others.
 */
final class TransactionAttempt implements LockAttempt {

	private static final Set<String> REFUSED = Set.of("25001", "2D000");

	private final Connection connection;

	private TransactionAttempt(Connection connection) {
		this.connection = connection;
	}

	static TransactionAttempt begin(Connection connection, Duration most) throws SQLException {
		connection.setAutoCommit(false);
		TransactionAttempt attempt = new TransactionAttempt(connection);
		try {
			PostgreSqlTimeout.limit(connection, "", most);
			return attempt;
		}
		catch (SQLException ex) {
			attempt.failed();
			throw ex;
		}
	}

	@Override
	public void succeeded() throws SQLException {
		this.connection.commit();
		this.connection.setAutoCommit(true);
	}

	@Override
	public void stepBack() throws SQLException {
		this.connection.rollback();
		this.connection.setAutoCommit(true);
	}

	/**
	 * The statement can't run in a transaction, or ends it.
	 */
	@Override
	public boolean isRefused(SQLException failure) {
		return REFUSED.contains(String.valueOf(failure.getSQLState()));
	}

}
