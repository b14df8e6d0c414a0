package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.datasource.ConnectionProxy;

/**
 * The settings of a connection before it became the connection of a lock.
 *
 * @param isolation its isolation
 * @param limit how long its driver waits for an answer, in milliseconds, 0 for no limit
 */
record ConnectionSettings(int isolation, int limit) {

	private static final Logger logger = LoggerFactory.getLogger(ConnectionSettings.class);

	/**
	 * Adapt a connection. On PostgreSQL, with an isolation above READ COMMITTED,
	 * statements fail that two replicas run at once.
	 * @param timeout how long to wait for an answer of the database, zero for no limit
	 * @return the settings before
	 */
	static ConnectionSettings adapt(Connection connection, Duration timeout) throws SQLException {
		ConnectionSettings before = new ConnectionSettings(connection.getTransactionIsolation(), limit(connection));
		if (before.isolation() > Connection.TRANSACTION_READ_COMMITTED
				&& "PostgreSQL".equals(connection.getMetaData().getDatabaseProductName())) {
			connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
		}
		limitWaiting(connection, timeout);
		return before;
	}

	void restore(Connection connection) throws SQLException {
		limitWaiting(connection, Duration.ofMillis(this.limit));
		if (connection.getTransactionIsolation() != this.isolation) {
			connection.setTransactionIsolation(this.isolation);
		}
	}

	/**
	 * Limit how long a driver waits, if it can; the lease still has its own deadline. The
	 * driver's connection is used, because HikariCP closes a connection of its own on
	 * which something is not supported.
	 */
	static void limitWaiting(Connection connection, Duration timeout) {
		try {
			unwrapped(connection).setNetworkTimeout(Runnable::run,
					(int) Math.min(timeout.toMillis(), Integer.MAX_VALUE));
		}
		catch (SQLException | AbstractMethodError ex) {
			logger.trace("This driver knows no network time-out", ex);
		}
	}

	/**
	 * Return whether a statement may take some time without its connection being given
	 * up.
	 */
	static boolean mayTake(Connection connection, Duration duration) {
		int limit = limit(connection);
		return limit == 0 || limit > duration.toMillis();
	}

	private static int limit(Connection connection) {
		try {
			return unwrapped(connection).getNetworkTimeout();
		}
		catch (SQLException | AbstractMethodError ex) {
			logger.trace("This driver knows no network time-out", ex);
			return 0;
		}
	}

	/**
	 * Return the driver's connection. Spring's proxies are unwrapped first, because they
	 * claim to be the requested connection.
	 */
	static Connection unwrapped(Connection connection) throws SQLException {
		if (connection instanceof ConnectionProxy proxy) {
			return unwrapped(proxy.getTargetConnection());
		}
		return connection.isWrapperFor(Connection.class) ? connection.unwrap(Connection.class) : connection;
	}

}
