package dev.startgate.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

import javax.sql.DataSource;

import org.apache.commons.dbcp2.BasicDataSource;

/**
 * One of Commons DBCP2.
 *
 * @param pool the pool
 */
record DbcpLendingPool(BasicDataSource pool) implements LendingPool {

	static Optional<LendingPool> in(DataSource dataSource) throws SQLException {
		return LendingPools.unwrap(dataSource, BasicDataSource.class).map(DbcpLendingPool::new);
	}

	/**
	 * A negative maximum is none.
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
	 * The pool makes another one at once, if it may have so many.
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
	 * Whoever waits for a connection gets the new one.
	 */
	@Override
	public void discard(Connection connection) {
		this.pool.invalidateConnection(connection);
	}

}
