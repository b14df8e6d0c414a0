package dev.startgate.metadata;

import java.sql.SQLException;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import javax.sql.DataSource;

import dev.startgate.pool.LendingPool;
import dev.startgate.pool.LendingPools;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retires connections that were opened before the schema changed. A statement that was
 * prepared on one may fail now, on PostgreSQL with "cached plan must not change result
 * type".
 */
public final class PoolRefresh implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(PoolRefresh.class);

	/** Data sources of Spring that open a connection whenever they are asked for one. */
	private static final String WITHOUT_POOL = "org.springframework.jdbc.datasource.";

	private final Supplier<Collection<DataSource>> dataSources;

	private final Set<String> noted = ConcurrentHashMap.newKeySet();

	/**
	 * Create a new object.
	 * @param dataSources the data sources that may have opened connections already
	 */
	public PoolRefresh(Supplier<Collection<DataSource>> dataSources) {
		this.dataSources = dataSources;
	}

	@Override
	public void run() {
		this.dataSources.get().forEach(this::refresh);
	}

	private void refresh(DataSource dataSource) {
		try {
			Set<DataSource> choices = LendingPools.choices(dataSource);
			if (!choices.isEmpty()) {
				choices.forEach(this::refresh);
				return;
			}
			if (LendingPools.find(dataSource).filter(LendingPool::retire).isPresent()) {
				logger.debug("Retired the connections of '{}' that are older than the schema",
						dataSource.getClass().getName());
				return;
			}
		}
		catch (SQLException | RuntimeException ex) {
			// a routing data source, for example, that has no target at the moment
			logger.debug("Could not look into a data source", ex);
		}
		note(dataSource.getClass());
	}

	private void note(Class<?> type) {
		if (!type.getName().startsWith(WITHOUT_POOL) && this.noted.add(type.getName())) {
			logger.info("The schema has changed. If '{}' has a pool, it may have opened connections before that; only "
					+ "those of HikariCP and Tomcat's pool are retired", type.getName());
		}
	}

}
