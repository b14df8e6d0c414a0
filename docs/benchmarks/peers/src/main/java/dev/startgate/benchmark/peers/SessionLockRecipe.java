package dev.startgate.benchmark.peers;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Each replica waits for a lock of the database, and then migrates.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "peer", havingValue = "SESSION_LOCK")
class SessionLockRecipe {

	@Bean
	FlywayMigrationStrategy strategy(DataSource dataSource, @Value("${peer.lock}") String lock,
			@Value("${peer.unlock}") String unlock) {
		return (flyway) -> {
			try (Connection connection = dataSource.getConnection();
					Statement statement = connection.createStatement()) {
				statement.execute(lock);
				try {
					flyway.migrate();
				}
				finally {
					statement.execute(unlock);
				}
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		};
	}

}
