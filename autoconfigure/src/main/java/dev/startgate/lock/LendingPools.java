package dev.startgate.lock;

import java.sql.SQLException;
import java.util.Optional;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.util.ClassUtils;

/**
 * Finds the pool of an application, if it is of a known kind.
 */
final class LendingPools {

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
	 * @param dataSource the application's data source: the pool, or something around it;
	 * or the lock's own pool
	 */
	static Optional<LendingPool> find(DataSource dataSource) throws SQLException {
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
	 * Look into a data source. Tomcat's pool says of itself that it is none.
	 */
	static <T> Optional<T> unwrap(DataSource dataSource, Class<T> pool) throws SQLException {
		DataSource target = dataSource;
		while (!pool.isInstance(target) && target instanceof DelegatingDataSource decorator
				&& decorator.getTargetDataSource() != null) {
			target = decorator.getTargetDataSource();
		}
		if (pool.isInstance(target)) {
			return Optional.of(pool.cast(target));
		}
		return target.isWrapperFor(pool) ? Optional.of(target.unwrap(pool)) : Optional.empty();
	}

}
