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
 * A pool of one connection that the application can't use up, with all the settings of
 * the application's pool. It is a pool of HikariCP without its data source, which logs
 * four lines for each pool. An application that has one pool should see one in its log.
 */
public final class PoolOfOne extends AbstractDataSource implements LendingPool, Closeable {

	private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(5);

	/** Decorators of Spring that change nothing about a connection. */
	private static final Set<Class<?>> PLAIN_DECORATORS = Set.of(DelegatingDataSource.class,
			LazyConnectionDataSourceProxy.class, TransactionAwareDataSourceProxy.class);

	private final HikariPool pool;

	/** The login timeout of the JVM before this pool was created, in seconds. */
	private final int limitBefore;

	private final int limit;

	private final AtomicBoolean closed = new AtomicBoolean();

	/**
	 * Create the pool, which connects when it is used. HikariCP makes its time limit the
	 * login timeout of the JVM, which some drivers obey.
	 * @param config its settings
	 */
	private PoolOfOne(HikariConfig config) {
		config.validate();
		this.limitBefore = DriverManager.getLoginTimeout();
		this.pool = new HikariPool(config);
		this.limit = DriverManager.getLoginTimeout();
	}

	/**
	 * Create a pool of one, if the data source is a pool of HikariCP that no code of the
	 * application extends or wraps. A copy of the settings would lack a computed
	 * password, or a role that is set when a connection is taken.
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
	 * Clear the interrupt meanwhile: if an interrupted thread closes a pool, as at
	 * SIGTERM, the pool logs a stack trace.
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
	 * Keeps the time limit of this pool away from a data source that the application's
	 * pool uses: HikariCP would leave it there.
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

		/** When the pool is closed, it waits that long for its threads. */
		@Override
		public int getLoginTimeout() {
			return this.seconds;
		}

	}

}
