package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;

import net.javacrumbs.shedlock.provider.sql.DatabaseProduct;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the {@link LockDatabase} that fits a connection.
 */
final class LockDatabases {

	private static final Logger logger = LoggerFactory.getLogger(LockDatabases.class);

	private LockDatabases() {
	}

	static LockDatabase of(Connection connection) throws SQLException {
		String name = connection.getMetaData().getDatabaseProductName();
		DatabaseProduct product = DatabaseProduct.matchProductName(name);
		return switch (product) {
			case POSTGRES_SQL, COCKROACH_DB -> new PostgreSqlLockDatabase();
			case MY_SQL, MARIA_DB -> MySqlLockDatabase.of(connection.getMetaData());
			case H2 -> new StandardSqlLockDatabase(product);
			case UNKNOWN -> throw new UnsupportedDatabaseException(name);
			default -> {
				logger.warn("On '{}' a replica that has lost its lease is not stopped: its session can't be ended",
						name);
				yield new StandardSqlLockDatabase(product);
			}
		};
	}

}
