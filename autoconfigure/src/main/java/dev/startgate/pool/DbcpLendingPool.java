package dev.startgate.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

import javax.sql.DataSource;

import org.apache.commons.dbcp2.BasicDataSource;

/**
 * A pool of Commons DBCP2.
 *
 * @param pool the pool
 */
record DbcpLendingPool(BasicDataSource pool) implements LendingPool {

	static Optional<LendingPool> in(DataSource dataSource) throws SQLException {
		return LendingPools.unwrap(dataSource, BasicDataSource.class).map(DbcpLendingPool::new);
	}

	/**
	 * A negative maximum means no limit.
	 */
	@Override
	public void resize(int difference) {
		synchronized (this.pool) {
			if (this.pool.getMaxTotal() >= 0) {
				this.pool.setMaxTotal(this.pool.getMaxTotal() + difference);
			}
		}
	}

	/**
	 * Lower the maximum meanwhile, so that the pool does not replace the connection at
	 * once.
	 */
	@Override
	public void evict(Connection connection) {
		synchronized (this.pool) {
			resize(-1);
			try {
				this.pool.invalidateConnection(connection);
			}
			finally {
				resize(1);
			}
		}
	}

	/**
	 * A thread that waits for a connection gets the one that replaces it.
	 */
	@Override
	public void discard(Connection connection) {
		this.pool.invalidateConnection(connection);
	}

}
