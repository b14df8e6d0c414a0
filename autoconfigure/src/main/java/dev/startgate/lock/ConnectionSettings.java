package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * How a connection was set before it became that of a lock.
 *
 * @param isolation its isolation
 */
record ConnectionSettings(int isolation) {

	/**
	 * Adapt a connection. On PostgreSQL an isolation above READ COMMITTED fails what two
	 * replicas do at once.
	 * @param timeout how long to wait for an answer of the database, zero for no limit
	 * @return what it was before
	 */
	static ConnectionSettings adapt(Connection connection, Duration timeout) throws SQLException {
		ConnectionSettings before = new ConnectionSettings(connection.getTransactionIsolation());
		if (before.isolation() > Connection.TRANSACTION_READ_COMMITTED
				&& "PostgreSQL".equals(connection.getMetaData().getDatabaseProductName())) {
			connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
		}
		limitWaiting(connection, (int) timeout.toMillis());
		return before;
	}

	void restore(Connection connection) throws SQLException {
		limitWaiting(connection, 0);
		if (connection.getTransactionIsolation() != this.isolation) {
			connection.setTransactionIsolation(this.isolation);
		}
	}

	private static void limitWaiting(Connection connection, int millis) {
		try {
			connection.setNetworkTimeout(Runnable::run, millis);
		}
		catch (SQLException | AbstractMethodError ex) {
			// not every driver can; the lease still has its own deadline
		}
	}

}
