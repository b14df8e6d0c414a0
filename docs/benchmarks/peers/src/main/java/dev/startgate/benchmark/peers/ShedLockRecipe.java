package dev.startgate.benchmark.peers;

import java.time.Duration;
import java.time.Instant;

import javax.sql.DataSource;

import net.javacrumbs.shedlock.core.DefaultLockingTaskExecutor;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The replica that gets the lock migrates. ShedLock does not let the others wait.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "peer", havingValue = "SHEDLOCK")
class ShedLockRecipe {

	@Bean
	FlywayMigrationStrategy strategy(DataSource dataSource, @Value("${peer.lock-table}") String table) {
		DefaultLockingTaskExecutor executor = new DefaultLockingTaskExecutor(
				new JdbcTemplateLockProvider(JdbcTemplateLockProvider.Configuration.builder()
					.withJdbcTemplate(new JdbcTemplate(dataSource))
					.withTableName(table)
					.usingDbTime()
					.build()));
		return (flyway) -> executor.executeWithLock((Runnable) flyway::migrate,
				new LockConfiguration(Instant.now(), "flyway", Duration.ofMinutes(10), Duration.ZERO));
	}

}
