package dev.startgate;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.WebModules;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
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
	void alsoOnAReplicaThatWaited() {
		migrateTo("2");
		List<CompletableFuture<ConfigurableApplicationContext>> replicas = Stream
			.generate(() -> CompletableFuture.supplyAsync(() -> start("true", "false")))
			.limit(2)
			.toList();
		for (CompletableFuture<ConfigurableApplicationContext> replica : replicas) {
			try (ConfigurableApplicationContext context = replica.join()) {
				assertThatNoException().isThrownBy(() -> query(context.getBean(DataSource.class)));
			}
		}
	}

	@Test
	void alsoIfAnotherReplicaMigratedBeforeThisOneLooked() {
		migrateTo("2");
		try (ConfigurableApplicationContext replica = start("true", "true")) {
			assertThatNoException().isThrownBy(() -> query(replica.getBean(DataSource.class)));
		}
	}

	@Test
	void connectionsAreKeptIfTheSchemaHasNotChanged() {
		migrateTo("3");
		try (ConfigurableApplicationContext replica = start("true", "false")) {
			HikariDataSource pool = (HikariDataSource) replica.getBean(DataSource.class);
			assertThat(new JdbcTemplate(pool).queryForList("select pid from pg_stat_activity where pid = "
					+ replica.getBean("warmedSession", AtomicInteger.class), Integer.class))
				.hasSize(1);
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
		migrateTo("2");
		return start(enabled, "false");
	}

	private void migrateTo(String version) {
		migrate(this.database.url(), version);
	}

	private static void migrate(String url, String version) {
		Flyway.configure()
			.dataSource(url, "postgres", null)
			.locations("classpath:db/slow")
			.target(version)
			.load()
			.migrate();
	}

	private ConfigurableApplicationContext start(String enabled, String meanwhile) {
		return new SpringApplicationBuilder(WarmPool.class).web(WebApplicationType.NONE)
			.properties(Map.of("startgate.enabled", enabled, "spring.flyway.locations", "classpath:db/slow", "url",
					this.database.url(), "meanwhile", meanwhile))
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
	@Import(WebModules.class)
	static class WarmPool {

		@Bean
		AtomicInteger warmedSession() {
			return new AtomicInteger();
		}

		@Bean
		HikariDataSource dataSource(@Value("${url}") String url, @Value("${meanwhile}") boolean meanwhile,
				AtomicInteger warmedSession) throws SQLException {
			HikariDataSource dataSource = new HikariDataSource();
			dataSource.setJdbcUrl(url);
			dataSource.setUsername("postgres");
			dataSource.setMaximumPoolSize(3);
			query(dataSource);
			warmedSession.set(new JdbcTemplate(dataSource).queryForObject("select pg_backend_pid()", Integer.class));
			if (meanwhile) {
				migrate(url, "3");
			}
			return dataSource;
		}

	}

}
