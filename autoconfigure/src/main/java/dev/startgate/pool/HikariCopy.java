package dev.startgate.pool;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/**
 * A connection that the application can't use up: from a pool of one with all the
 * settings of the application's pool.
 */
final class HikariCopy {

	private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(5);

	/** Those of Spring that change nothing about a connection. */
	private static final Set<Class<?>> PLAIN_DECORATORS = Set.of(DelegatingDataSource.class,
			LazyConnectionDataSourceProxy.class, TransactionAwareDataSourceProxy.class);

	private HikariCopy() {
	}

	/**
	 * Create a pool of one, if this is such a pool and nothing of the application is
	 * around it or in it: a copy of the settings knows neither a password that is
	 * computed nor a role that is set when a connection is taken.
	 * @param timeout how long an answer of the database may take, zero for no limit
	 */
	static Optional<PoolOfOne> poolOfOne(DataSource dataSource, Duration timeout) {
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

}
