package dev.startgate.pool;

import java.io.Closeable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.concurrent.atomic.AtomicBoolean;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.pool.HikariPool;

import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * A pool of HikariCP without the data source around it, which logs four lines for each
 * pool: an application that has one pool should see one in its log.
 */
public final class PoolOfOne extends AbstractDataSource implements LendingPool, Closeable {

	private final HikariPool pool;

	private final AtomicBoolean closed = new AtomicBoolean();

	/**
	 * Create the pool, which connects when it is used.
	 * @param config its settings
	 */
	PoolOfOne(HikariConfig config) {
		config.validate();
		this.pool = new HikariPool(config);
	}

	@Override
	public Connection getConnection() throws SQLException {
		if (this.closed.get()) {
			throw new SQLException("The pool of the lock is closed");
		}
		return this.pool.getConnection();
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		throw new SQLFeatureNotSupportedException("The pool of the lock has one user");
	}

	@Override
	public void resize(int difference) {
		throw new UnsupportedOperationException("A pool of one has one connection");
	}

	@Override
	public void evict(Connection connection) {
		if (!this.closed.get()) {
			this.pool.evictConnection(connection);
		}
	}

	@Override
	public void close() {
		if (this.closed.getAndSet(true)) {
			return;
		}
		try {
			this.pool.shutdown();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
