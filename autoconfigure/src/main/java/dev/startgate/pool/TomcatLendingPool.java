package dev.startgate.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

import javax.sql.DataSource;

import org.apache.tomcat.jdbc.pool.DataSourceProxy;
import org.apache.tomcat.jdbc.pool.PooledConnection;

/**
 * A pool of Tomcat.
 *
 * @param pool the pool
 */
record TomcatLendingPool(DataSourceProxy pool) implements LendingPool {

	static Optional<LendingPool> in(DataSource dataSource) throws SQLException {
		return LendingPools.unwrap(dataSource, DataSourceProxy.class).map(TomcatLendingPool::new);
	}

	@Override
	public void resize(int difference) {
		synchronized (this.pool) {
			this.pool.setMaxActive(this.pool.getMaxActive() + difference);
		}
	}

	@Override
	public boolean retire() {
		if (this.pool.getPool() != null) {
			this.pool.purge();
		}
		return true;
	}

	@Override
	public void evict(Connection connection) throws SQLException {
		connection.unwrap(PooledConnection.class).setDiscarded(true);
	}

}
