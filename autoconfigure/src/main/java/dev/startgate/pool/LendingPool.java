package dev.startgate.pool;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A pool of the application whose maximum can be changed while it is in use. So it can
 * lend one additional connection to the lock. All settings, overrides and wrappers of the
 * application apply to that connection, too.
 */
public interface LendingPool {

	/**
	 * Change the maximum number of connections. Several locks may share one pool.
	 * @param difference added to the maximum
	 */
	void resize(int difference);

	/**
	 * Make sure that a connection is not lent again.
	 * @param connection the connection, as the pool has lent it
	 * @throws SQLException if it does not belong to this pool
	 */
	void evict(Connection connection) throws SQLException;

	/**
	 * Make sure that one of the application's connections is not lent again. The pool may
	 * replace it.
	 * @param connection the connection, as the pool has lent it
	 * @throws SQLException if it does not belong to this pool
	 */
	default void discard(Connection connection) throws SQLException {
		evict(connection);
	}

	/**
	 * Make sure that no connection that is open now is lent again: idle ones are closed
	 * at once, others when they are given back.
	 * @return whether the pool can do that
	 */
	default boolean retire() {
		return false;
	}

}
