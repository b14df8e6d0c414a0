package dev.startgate.pool;

import java.io.Closeable;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/**
 * A connection that the application can't use up: from a pool of one with all the
 * settings of the application's pool. It is a pool of HikariCP without the data source
 * around it, which logs four lines for each pool: an application that has one pool should
 * see one in its log.
 */
public final class PoolOfOne extends AbstractDataSource implements LendingPool, Closeable {

	private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(5);

	/** Those of Spring that change nothing about a connection. */
	private static final Set<Class<?>> PLAIN_DECORATORS = Set.of(DelegatingDataSource.class,
			LazyConnectionDataSourceProxy.class, TransactionAwareDataSourceProxy.class);

	private final HikariPool pool;

	/** How long all connections of the JVM may take, in seconds, before this pool. */
	private final int limitBefore;

	private final int limit;

	private final AtomicBoolean closed = new AtomicBoolean();

	/**
	 * Create the pool, which connects when it is used. HikariCP makes its time limit that
	 * of all connections of the JVM, and some drivers keep to it.
	 * @param config its settings
	 */
	private PoolOfOne(HikariConfig config) {
		config.validate();
		this.limitBefore = DriverManager.getLoginTimeout();
		this.pool = new HikariPool(config);
		this.limit = DriverManager.getLoginTimeout();
	}

	/**
	 * Create a pool of one, if this is such a pool and nothing of the application is
	 * around it or in it: a copy of the settings knows neither a password that is
	 * computed nor a role that is set when a connection is taken.
	 * @param timeout how long an answer of the database may take, zero for no limit
	 */
	static Optional<PoolOfOne> copyOf(DataSource dataSource, Duration timeout) {
		DataSource target = dataSource;
		while (PLAIN_DECORATORS.contains(target.getClass())
				&& ((DelegatingDataSource) target).getTargetDataSource() != null) {
			target = ((DelegatingDataSource) target).getTargetDataSource();
		}
		if (target.getClass() != HikariDataSource.class) {
			return Optional.empty();
		}
		HikariConfig config = new HikariConfig();
		((HikariDataSource) target).copyStateTo(config);
		withoutMetrics(config);
		if (config.getDataSource() != null) {
			config.setDataSource(new SharedDataSource(config.getDataSource()));
		}
		config.setPoolName("startgate-lease");
		config.setRegisterMbeans(false);
		config.setMaximumPoolSize(1);
		config.setMinimumIdle(0);
		config.setAutoCommit(true);
		config.setReadOnly(false);
		config.setLeakDetectionThreshold(0);
		boolean shorter = !timeout.isZero() && timeout.compareTo(CONNECTION_TIMEOUT) < 0;
		config.setConnectionTimeout((shorter ? timeout : CONNECTION_TIMEOUT).toMillis());
		config.setInitializationFailTimeout(-1);
		return Optional.of(new PoolOfOne(config));
	}

	private static void withoutMetrics(HikariConfig config) {
		if (config.getHealthCheckRegistry() != null) {
			config.setHealthCheckRegistry(nothing());
		}
		if (config.getMetricRegistry() != null) {
			config.setMetricRegistry(nothing());
		}
		if (config.getMetricsTrackerFactory() != null) {
			config.setMetricsTrackerFactory(nothing());
		}
	}

	@SuppressWarnings("NullAway") // Hikari's setters take null
	private static <T> T nothing() {
		@Nullable T nothing = null;
		return nothing;
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

	/**
	 * A pool that is closed by an interrupted thread, as at SIGTERM, logs a stack trace.
	 */
	@Override
	public void close() {
		if (this.closed.getAndSet(true)) {
			return;
		}
		boolean interrupted = Thread.interrupted();
		try {
			this.pool.shutdown();
		}
		catch (InterruptedException ex) {
			interrupted = true;
		}
		finally {
			if (DriverManager.getLoginTimeout() == this.limit) {
				DriverManager.setLoginTimeout(this.limitBefore);
			}
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * A data source in the application's pool, which is not to get the time limit of this
	 * one: HikariCP would leave it there.
	 */
	private static final class SharedDataSource extends DelegatingDataSource {

		private int seconds;

		SharedDataSource(DataSource application) {
			super(application);
		}

		@Override
		public void setLoginTimeout(int limit) {
			this.seconds = limit;
		}

		/** For as long the pool waits for its threads when it is closed. */
		@Override
		public int getLoginTimeout() {
			return this.seconds;
		}

	}

}
