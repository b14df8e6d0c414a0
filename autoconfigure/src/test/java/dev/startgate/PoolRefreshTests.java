package dev.startgate;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.startgate.testing.PostgresDatabase;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * A pool that has prepared {@code select *} before the migration adds a column. In a
 * transaction, as in every transactional method, the driver can't heal that by itself.
 */
class PoolRefreshTests {

	/** The driver prepares a statement on the server when it is run the fifth time. */
	private static final int RUNS = 10;

	private final PostgresDatabase database = PostgresDatabase.create();

	@Test
	void connectionsThatAreOlderThanTheSchemaAreRetired() {
		try (ConfigurableApplicationContext replica = startWithWarmPool("true")) {
			assertThatNoException().isThrownBy(() -> query(replica.getBean(DataSource.class)));
		}
	}

	@Test
	void withoutStartgateTheNextQueryFails() {
		try (ConfigurableApplicationContext replica = startWithWarmPool("false")) {
			assertThatException().isThrownBy(() -> query(replica.getBean(DataSource.class)))
				.withMessageContaining("cached plan must not change result type");
		}
	}

	private ConfigurableApplicationContext startWithWarmPool(String enabled) {
		Flyway.configure()
			.dataSource(this.database.url(), "postgres", null)
			.locations("classpath:db/slow")
			.target("2")
			.load()
			.migrate();
		return new SpringApplicationBuilder(WarmPool.class).web(WebApplicationType.NONE)
			.properties(Map.of("startgate.enabled", enabled, "spring.flyway.locations", "classpath:db/slow", "url",
					this.database.url()))
			.run();
	}

	private static void query(DataSource dataSource) throws SQLException {
		try (Connection connection = dataSource.getConnection();
				PreparedStatement statement = connection.prepareStatement("select * from parcel")) {
			connection.setAutoCommit(false);
			for (int run = 0; run < RUNS; run++) {
				statement.executeQuery().close();
			}
			connection.commit();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class WarmPool {

		@Bean
		HikariDataSource dataSource(@Value("${url}") String url) throws SQLException {
			HikariDataSource dataSource = new HikariDataSource();
			dataSource.setJdbcUrl(url);
			dataSource.setUsername("postgres");
			dataSource.setMaximumPoolSize(3);
			query(dataSource);
			return dataSource;
		}

	}

}
