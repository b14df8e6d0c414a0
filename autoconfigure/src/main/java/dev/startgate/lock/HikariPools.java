package dev.startgate.lock;

import java.io.Closeable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;

/**
 * A pool of one with all the settings of the application's pool, which can't be used up
 * by the application.
 */
final class HikariPools {

	private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(5);

	private HikariPools() {
	}

	/**
	 * Create a pool of one, if this is such a pool.
	 * @param timeout how long an answer of the database may take, zero for no limit
	 */
	static Optional<HikariDataSource> poolOfOne(DataSource dataSource, Duration timeout) throws SQLException {
		if (!dataSource.isWrapperFor(HikariDataSource.class)) {
			return Optional.empty();
		}
		HikariConfig config = new HikariConfig();
		dataSource.unwrap(HikariDataSource.class).copyStateTo(config);
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
		return Optional.of(new HikariDataSource(config));
	}

	/**
	 * Make sure that a connection is not handed out again.
	 */
	static void evict(Closeable pool, Connection connection) {
		((HikariDataSource) pool).evictConnection(connection);
	}

	private static void withoutMetrics(HikariConfig config) {
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
