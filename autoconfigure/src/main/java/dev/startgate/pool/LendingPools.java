package dev.startgate.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.util.ClassUtils;

/**
 * Finds the pool of an application, if it is of a known kind.
 */
public final class LendingPools {

	private static final boolean HIKARI = isPresent("com.zaxxer.hikari.HikariDataSource");

	private static final boolean TOMCAT = isPresent("org.apache.tomcat.jdbc.pool.DataSourceProxy");

	private static final boolean DBCP = isPresent("org.apache.commons.dbcp2.BasicDataSource");

	private LendingPools() {
	}

	private static boolean isPresent(String pool) {
		return ClassUtils.isPresent(pool, LendingPools.class.getClassLoader());
	}

	/**
	 * Find the pool.
	 * @param dataSource the application's data source, which is the pool or wraps it; or
	 * the lock's own pool
	 */
	public static Optional<LendingPool> find(DataSource dataSource) throws SQLException {
		if (dataSource instanceof LendingPool own) {
			return Optional.of(own);
		}
		Optional<LendingPool> pool = HIKARI ? HikariLendingPool.in(dataSource) : Optional.empty();
		if (pool.isEmpty() && TOMCAT) {
			pool = TomcatLendingPool.in(dataSource);
		}
		return (pool.isEmpty() && DBCP) ? DbcpLendingPool.in(dataSource) : pool;
	}

	/**
	 * Close one of the application's connections, and make sure that it is not lent again
	 * if its pool can do that.
	 * @param dataSource the application's data source
	 * @param connection the connection, as it was lent
	 */
	public static void discard(DataSource dataSource, Connection connection) {
		try (connection) {
			Optional<LendingPool> pool = find(dataSource);
			if (pool.isPresent()) {
				pool.get().discard(connection);
			}
		}
		catch (SQLException | RuntimeException ex) {
			// the pool notices by itself that the connection is broken
		}
	}

	/**
	 * Return whether the application's pool is known to be too small for Flyway, which
	 * needs two connections at a time.
	 * @param dataSource the application's data source
	 */
	public static boolean isOfOne(DataSource dataSource) throws SQLException {
		return HIKARI && HikariLendingPool.isOfOne(dataSource);
	}

	/**
	 * Create a pool of one connection that the application can't use up, with all the
	 * settings of the application's pool.
	 * @param dataSource the application's data source
	 * @param timeout how long an answer of the database may take, zero for no limit
	 * @return the pool, empty if the application's is of a kind that can't be copied
	 */
	public static Optional<PoolOfOne> poolOfOne(DataSource dataSource, Duration timeout) {
		return HIKARI ? PoolOfOne.copyOf(dataSource, timeout) : Optional.empty();
	}

	/**
	 * Return between which data sources one chooses at each connection.
	 * @param dataSource the application's data source
	 * @return those data sources, empty if it does not choose
	 */
	public static Set<DataSource> choices(DataSource dataSource) {
		Set<DataSource> choices = new LinkedHashSet<>();
		if (target(dataSource, AbstractRoutingDataSource.class) instanceof AbstractRoutingDataSource routing) {
			choices.addAll(routing.getResolvedDataSources().values());
			Optional.ofNullable(routing.getResolvedDefaultDataSource()).ifPresent(choices::add);
		}
		return choices;
	}

	/**
	 * Unwrap a data source. Tomcat's pool answers that it is not a wrapper for its own
	 * type: so check the type first.
	 */
	static <T> Optional<T> unwrap(DataSource dataSource, Class<T> pool) throws SQLException {
		DataSource target = target(dataSource, pool);
		if (pool.isInstance(target)) {
			return Optional.of(pool.cast(target));
		}
		return target.isWrapperFor(pool) ? Optional.of(target.unwrap(pool)) : Optional.empty();
	}

	/**
	 * Look through the wrappers of Spring, until there is a data source of a type.
	 */
	private static DataSource target(DataSource dataSource, Class<?> type) {
		DataSource target = dataSource;
		while (!type.isInstance(target) && target instanceof DelegatingDataSource decorator
				&& decorator.getTargetDataSource() != null) {
			target = decorator.getTargetDataSource();
		}
		return target;
	}

}
