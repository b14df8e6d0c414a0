package dev.startgate.pool;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A pool of the application whose maximum can be changed while it is in use, so that it
 * lends the lock one connection more than it would. What the application has set in the
 * pool, overridden or put around it counts for that connection, too.
 */
public interface LendingPool {

	/**
	 * Change how many connections there may be. Several locks may have connections of one
	 * pool.
	 * @param difference added to the maximum
	 */
	void resize(int difference);

	/**
	 * Make sure that a connection is not lent again.
	 * @param connection the connection, as the pool has lent it
	 * @throws SQLException if it is none of this pool
	 */
	void evict(Connection connection) throws SQLException;

	/**
	 * Make sure that one of the application's connections is not lent again, for which
	 * the pool may make another one.
	 * @param connection the connection, as the pool has lent it
	 * @throws SQLException if it is none of this pool
	 */
	default void discard(Connection connection) throws SQLException {
		evict(connection);
	}

	/**
	 * Make sure that no connection is lent again that is open by now: idle ones are
	 * closed at once, others when they are given back.
	 * @return whether the pool can do that
	 */
	default boolean retire() {
		return false;
	}

}
