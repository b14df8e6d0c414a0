package dev.startgate.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.pool.ProxyConnection;

import org.springframework.jdbc.datasource.ConnectionProxy;

/**
 * A pool of HikariCP.
 *
 * @param pool the pool
 */
record HikariLendingPool(HikariDataSource pool) implements LendingPool {

	static Optional<LendingPool> in(DataSource dataSource) throws SQLException {
		return LendingPools.unwrap(dataSource, HikariDataSource.class).map(HikariLendingPool::new);
	}

	static boolean isOfOne(DataSource dataSource) throws SQLException {
		return LendingPools.unwrap(dataSource, HikariDataSource.class)
			.filter((pool) -> pool.getMaximumPoolSize() == 1)
			.isPresent();
	}

	/**
	 * The pool can't evict a connection that a wrapper of the application hides. It would
	 * be one too many, so the pool then retires all its connections.
	 */
	@Override
	public void resize(int difference) {
		synchronized (this.pool) {
			this.pool.setMaximumPoolSize(this.pool.getMaximumPoolSize() + difference);
			HikariPoolMXBean state = this.pool.getHikariPoolMXBean();
			if (difference < 0 && state != null && state.getTotalConnections() > this.pool.getMaximumPoolSize()) {
				state.softEvictConnections();
			}
		}
	}

	@Override
	public boolean retire() {
		HikariPoolMXBean state = this.pool.getHikariPoolMXBean();
		if (state != null) {
			state.softEvictConnections();
		}
		return true;
	}

	@Override
	public void evict(Connection connection) throws SQLException {
		this.pool.evictConnection(target(connection));
	}

	/**
	 * A wrapper may hide the connection of the pool. Then it is aborted, which the pool
	 * finds out by itself.
	 */
	@Override
	public void discard(Connection connection) throws SQLException {
		if (target(connection) instanceof ProxyConnection) {
			evict(connection);
		}
		else {
			connection.abort(Runnable::run);
		}
	}

	private static Connection target(Connection connection) throws SQLException {
		Connection target = connection;
		while (target instanceof ConnectionProxy proxy) {
			target = proxy.getTargetConnection();
		}
		boolean hides = !(target instanceof ProxyConnection) && target.isWrapperFor(ProxyConnection.class);
		return hides ? target.unwrap(ProxyConnection.class) : target;
	}

}
