package dev.startgate.metadata;

import java.sql.SQLException;
import java.util.Collection;
import java.util.function.Supplier;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.ClassUtils;

/**
 * Retires connections that were opened before the schema changed: a statement that was
 * prepared then may fail now, on PostgreSQL with "cached plan must not change result
 * type".
 */
public final class PoolRefresh implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(PoolRefresh.class);

	private static final boolean HIKARI = ClassUtils.isPresent("com.zaxxer.hikari.HikariDataSource",
			PoolRefresh.class.getClassLoader());

	private final Supplier<Collection<DataSource>> dataSources;

	/**
	 * Create a new object.
	 * @param dataSources the data sources that may have opened connections already
	 */
	public PoolRefresh(Supplier<Collection<DataSource>> dataSources) {
		this.dataSources = dataSources;
	}

	@Override
	public void run() {
		if (HIKARI) {
			this.dataSources.get().forEach(PoolRefresh::refresh);
		}
	}

	/**
	 * Idle connections are closed at once, others when they are given back.
	 */
	private static void refresh(DataSource dataSource) {
		try {
			if (!dataSource.isWrapperFor(HikariDataSource.class)) {
				return;
			}
			HikariDataSource pool = dataSource.unwrap(HikariDataSource.class);
			HikariPoolMXBean opened = pool.getHikariPoolMXBean();
			if (opened != null) {
				opened.softEvictConnections();
				logger.debug("Retired the connections that '{}' opened before the schema changed", pool.getPoolName());
			}
		}
		catch (SQLException ex) {
			logger.warn("Could not look into a data source to retire its connections: {}", ex.getMessage());
		}
	}

}
