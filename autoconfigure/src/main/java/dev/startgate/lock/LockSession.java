package dev.startgate.lock;

import java.io.Closeable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Optional;

import javax.sql.DataSource;

import dev.startgate.coordination.DatabaseUnreachableException;
import dev.startgate.coordination.LockFactory;
import dev.startgate.gate.StartExecutors;
import dev.startgate.pool.LendingPool;
import dev.startgate.pool.LendingPools;
import dev.startgate.pool.PoolOfOne;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.AbstractDriverBasedDataSource;
import org.springframework.jdbc.datasource.ConnectionProxy;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * The one connection of a lock. It is taken before the work begins and kept until the
 * lock is closed, so that the application can't withhold it. If it breaks, it is
 * replaced.
 */
final class LockSession extends AbstractDataSource implements Closeable {

	private static final Logger logger = LoggerFactory.getLogger(LockSession.class);

	private static final String CONNECTION_DOES_NOT_EXIST = "08003";

	private final DataSource original;

	private final DataSource source;

	private final @Nullable PoolOfOne ownPool;

	/** The application's pool, if it was enlarged by one connection for this lock. */
	private @Nullable LendingPool enlarged;

	private final LockFactory.@Nullable Use initialization;

	private final Duration timeout;

	private @Nullable Connection current;

	private int number;

	private boolean closed;

	private @Nullable ConnectionSettings settings;

	private LockSession(DataSource original, DataSource source, @Nullable PoolOfOne ownPool,
			LockFactory.@Nullable Use initialization, Duration timeout) {
		this.original = original;
		this.source = source;
		this.ownPool = ownPool;
		this.initialization = initialization;
		this.timeout = timeout;
	}

	/**
	 * Create a session of the lock, which connects when it is first used.
	 * @param dataSource the data source of the application
	 * @param initialization what is done with every new connection, if anything
	 * @param timeout how long to wait for an answer of the database, zero for no limit
	 */
	static LockSession of(DataSource dataSource, LockFactory.@Nullable Use initialization, Duration timeout)
			throws SQLException {
		Optional<PoolOfOne> pool = LendingPools.poolOfOne(dataSource, timeout);
		return new LockSession(dataSource, pool.isPresent() ? pool.get() : dataSource, pool.orElse(null),
				initialization, timeout);
	}

	/** Create another session of the lock on the same database. */
	LockSession another() throws SQLException {
		return of(this.original, this.initialization, this.timeout);
	}

	@Override
	public synchronized Connection getConnection() throws SQLException {
		if (this.closed || (this.current != null && this.current.isClosed())) {
			// ShedLock ignores the error that closed the connection, and asks again
			throw new SQLException("The connection of the lock was closed", CONNECTION_DOES_NOT_EXIST);
		}
		if (this.current == null) {
			this.current = connect();
			this.number++;
		}
		return new SingleConnectionDataSource(this.current, true).getConnection();
	}

	/**
	 * Make sure that a pool of an unknown kind, which lends this connection, can lend two
	 * more to Flyway. A failure in the middle of the work would not name the cause.
	 */
	void ensureTwoMore() throws SQLException {
		if (this.ownPool != null || this.enlarged != null || this.original instanceof AbstractDriverBasedDataSource) {
			return;
		}
		try (Connection one = this.original.getConnection(); Connection two = this.original.getConnection()) {
			logger.trace("There are {} and {}", one, two);
		}
		catch (SQLException ex) {
			if (DatabaseUnreachableException.isCausing(ex)) {
				throw ex;
			}
			throw DatabaseUnreachableException.emptyPool(ex);
		}
	}

	/** Return which of the successive connections is in use, 0 if none is. */
	synchronized int number() {
		return (this.current != null) ? this.number : 0;
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		throw new SQLFeatureNotSupportedException("The lock has one connection");
	}

	private Connection connect() throws SQLException {
		if (this.ownPool == null && this.enlarged == null) {
			this.enlarged = LendingPools.find(this.source).orElse(null);
			if (this.enlarged != null) {
				this.enlarged.resize(1);
			}
		}
		Connection connection = this.source.getConnection();
		try {
			connection.setAutoCommit(true);
			this.settings = ConnectionSettings.adapt(connection, this.timeout);
			if (this.initialization != null) {
				this.initialization.on(connection);
			}
			return connection;
		}
		catch (SQLException | RuntimeException ex) {
			giveBack(connection);
			throw ex;
		}
	}

	/**
	 * Throw the present connection away, even while another thread waits for its answer.
	 * @param failed the connection that failed, {@code null} for the present one; nothing
	 * happens if it was replaced already, since another thread may work with the new one
	 */
	synchronized void discard(@Nullable Connection failed) {
		boolean replaced = failed instanceof ConnectionProxy proxy && proxy.getTargetConnection() != this.current;
		if (this.current == null || replaced) {
			return;
		}
		Connection broken = this.current;
		this.current = null;
		try {
			broken.abort(Runnable::run);
		}
		catch (SQLException | RuntimeException ex) {
			// it is broken already
		}
		// a pool may hand out a connection unchecked if it came back a moment ago
		evict(broken);
		closeQuietly(broken);
	}

	/** Throw away the connection with a number, or any if that is 0. */
	synchronized void discard(int failed) {
		if (failed == 0 || failed == this.number) {
			discard(null);
		}
	}

	private void evict(Connection connection) {
		try {
			Optional<LendingPool> pool = LendingPools.find(this.source);
			if (pool.isPresent()) {
				pool.get().evict(connection);
			}
		}
		catch (SQLException | RuntimeException ex) {
			// the pool finds out itself that the connection is broken, or one too many
		}
	}

	/**
	 * Give the connection back, and close a pool of our own on another thread: HikariCP
	 * sleeps for 30 ms once it has connected, and nobody need wait for that.
	 */
	synchronized void closeSoon() {
		giveBack();
		if (this.ownPool != null) {
			StartExecutors.daemon("lease-closer", this.ownPool::close).start();
		}
	}

	@Override
	public synchronized void close() {
		giveBack();
		if (this.ownPool != null) {
			this.ownPool.close();
		}
	}

	private void giveBack() {
		this.closed = true;
		if (this.current != null) {
			giveBack(this.current);
			this.current = null;
		}
		if (this.enlarged != null) {
			this.enlarged.resize(-1);
			this.enlarged = null;
		}
	}

	private void giveBack(Connection session) {
		try {
			if (!session.getAutoCommit()) {
				session.rollback();
				session.setAutoCommit(true);
			}
			if (this.ownPool == null && this.settings != null) {
				this.settings.restore(session);
			}
		}
		catch (SQLException ex) {
			// a broken connection needs no resetting
		}
		evict(session);
		closeQuietly(session);
	}

	private static void closeQuietly(Connection session) {
		try {
			session.close();
		}
		catch (SQLException | RuntimeException ex) {
			// the connection is already gone, so nothing is left to close
		}
	}

}
