package dev.startgate;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.startgate.metadata.PoolRefresh;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.WebModules;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for a pool that has prepared {@code select *} before the migration adds a column.
 * In a transaction the driver can't recover from that, so the connections must be
 * retired.
 */
@Tag("long")
class PoolRefreshTests {

	/** The driver prepares a statement on the server at its fifth execution. */
	private static final int RUNS = 10;

	/** Tomcat's pool opens this many connections at once, HikariCP at most this many. */
	private static final int SIZE = 10;

	private final PostgresDatabase database = PostgresDatabase.create();

	@ParameterizedTest
	@ValueSource(classes = { HikariDataSource.class, org.apache.tomcat.jdbc.pool.DataSource.class })
	void connectionsThatAreOlderThanTheSchemaAreRetired(Class<? extends DataSource> pool) {
		try (ConfigurableApplicationContext replica = startWithWarmPool("true", pool)) {
			assertThatNoException().isThrownBy(() -> query(replica.getBean(DataSource.class)));
		}
	}

	@Test
	void connectionsOfAReplicaThatWaitedAreRetired() {
		migrateTo("2");
		List<CompletableFuture<ConfigurableApplicationContext>> replicas = Stream
			.generate(() -> CompletableFuture.supplyAsync(() -> start("true", "false", HikariDataSource.class)))
			.limit(2)
			.toList();
		for (CompletableFuture<ConfigurableApplicationContext> replica : replicas) {
			try (ConfigurableApplicationContext context = replica.join()) {
				assertThatNoException().isThrownBy(() -> query(context.getBean(DataSource.class)));
			}
		}
	}

	@Test
	void connectionsAreRetiredIfAnotherReplicaMigratedBeforeThisOneLooked() {
		migrateTo("2");
		try (ConfigurableApplicationContext replica = start("true", "true", HikariDataSource.class)) {
			assertThatNoException().isThrownBy(() -> query(replica.getBean(DataSource.class)));
		}
	}

	@Test
	void connectionsAreKeptIfTheSchemaHasNotChanged() {
		migrateTo("3");
		try (ConfigurableApplicationContext replica = start("true", "false", HikariDataSource.class)) {
			HikariDataSource pool = (HikariDataSource) replica.getBean(DataSource.class);
			assertThat(new JdbcTemplate(pool).queryForList("select pid from pg_stat_activity where pid = "
					+ replica.getBean("warmedSession", AtomicInteger.class), Integer.class))
				.hasSize(1);
		}
	}

	@Test
	void connectionsOfAPoolFromAFactoryBeanAreRetired() {
		migrateTo("2");
		try (ConfigurableApplicationContext replica = start(MadeByAFactory.class, "true", "false",
				HikariDataSource.class)) {
			assertThatNoException().isThrownBy(() -> query(replica.getBean(DataSource.class)));
		}
	}

	@Test
	void noDataSourceIsCreatedForThat() {
		migrateTo("2");
		try (ConfigurableApplicationContext replica = start(Unused.class, "true", "false", HikariDataSource.class)) {
			assertThat(replica.getBean("created", AtomicInteger.class)).hasValue(0);
			assertThat(replica.getBean("&unused")).extracting("pool").isNull();
		}
	}

	@Test
	void connectionsOfAllPoolsBetweenWhichADataSourceRoutesAreRetired() throws SQLException {
		try (HikariDataSource writing = pool(); HikariDataSource reading = pool(); HikariDataSource other = pool()) {
			RoutingDataSource routing = new RoutingDataSource();
			routing.setTargetDataSources(Map.of("writing", writing, "reading", reading));
			routing.setDefaultTargetDataSource(other);
			routing.afterPropertiesSet();
			List<Integer> before = sessions(writing, reading, other);
			new PoolRefresh(() -> List.of(new LazyConnectionDataSourceProxy(routing))).run();
			assertThat(sessions(writing, reading, other)).doesNotContainAnyElementsOf(before);
		}
	}

	private HikariDataSource pool() {
		HikariDataSource pool = DataSourceBuilder.create()
			.type(HikariDataSource.class)
			.url(this.database.url())
			.username("postgres")
			.build();
		pool.setMaximumPoolSize(1);
		return pool;
	}

	private static List<Integer> sessions(DataSource... pools) {
		return Stream.of(pools)
			.map((pool) -> new JdbcTemplate(pool).queryForObject("select pg_backend_pid()", Integer.class))
			.toList();
	}

	@ParameterizedTest
	@ValueSource(classes = { HikariDataSource.class, org.apache.tomcat.jdbc.pool.DataSource.class })
	void withoutStartgateTheNextQueryFails(Class<? extends DataSource> pool) {
		try (ConfigurableApplicationContext replica = startWithWarmPool("false", pool)) {
			assertThatException().isThrownBy(() -> query(replica.getBean(DataSource.class)))
				.withMessageContaining("cached plan must not change result type");
		}
	}

	private ConfigurableApplicationContext startWithWarmPool(String enabled, Class<? extends DataSource> pool) {
		migrateTo("2");
		return start(enabled, "false", pool);
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

	private ConfigurableApplicationContext start(String enabled, String meanwhile, Class<? extends DataSource> pool) {
		return start(WarmPool.class, enabled, meanwhile, pool);
	}

	private ConfigurableApplicationContext start(Class<?> configuration, String enabled, String meanwhile,
			Class<? extends DataSource> pool) {
		return new SpringApplicationBuilder(configuration).web(WebApplicationType.NONE)
			.properties(Map.of("startgate.enabled", enabled, "spring.flyway.locations", "classpath:db/slow", "url",
					this.database.url(), "meanwhile", meanwhile, "pool", pool.getName()))
			.run();
	}

	/**
	 * Use all connections of the pool at the same time, so that none is left out.
	 */
	private static void query(DataSource dataSource) throws SQLException {
		List<Connection> connections = new ArrayList<>();
		try {
			for (int number = 0; number < SIZE; number++) {
				connections.add(dataSource.getConnection());
			}
			for (Connection connection : connections) {
				query(connection);
			}
		}
		finally {
			for (Connection connection : connections) {
				connection.close();
			}
		}
	}

	private static void query(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("select * from parcel")) {
			connection.setAutoCommit(false);
			for (int run = 0; run < RUNS; run++) {
				statement.executeQuery().close();
			}
			connection.commit();
		}
	}

	private static final class RoutingDataSource extends AbstractRoutingDataSource {

		@Override
		protected Object determineCurrentLookupKey() {
			return "writing";
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
		DataSource dataSource(@Value("${url}") String url, @Value("${meanwhile}") boolean meanwhile,
				@Value("${pool}") Class<? extends DataSource> pool, AtomicInteger warmedSession) throws SQLException {
			DataSource dataSource = DataSourceBuilder.create().type(pool).url(url).username("postgres").build();
			query(dataSource);
			warmedSession.set(new JdbcTemplate(dataSource).queryForObject("select pg_backend_pid()", Integer.class));
			if (meanwhile) {
				migrate(url, "3");
			}
			return dataSource;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(WebModules.class)
	static class MadeByAFactory {

		@Bean
		FactoryBean<DataSource> dataSource(@Value("${url}") String url) {
			return new PoolFactory(url);
		}

		@Bean
		InitializingBean warm(DataSource dataSource) {
			return () -> query(dataSource);
		}

	}

	/**
	 * Also has data sources that nobody has used. There is a proxy for the scoped one.
	 */
	static class Unused extends WarmPool {

		@Bean(autowireCandidate = false)
		PoolFactory unused(@Value("${url}") String url) {
			return new PoolFactory(url);
		}

		@Bean
		static CustomScopeConfigurer scopes() {
			CustomScopeConfigurer scopes = new CustomScopeConfigurer();
			scopes.addScope("thread", new SimpleThreadScope());
			return scopes;
		}

		@Bean(autowireCandidate = false)
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
		DataSource scoped(AtomicInteger created) {
			created.incrementAndGet();
			return new DriverManagerDataSource();
		}

		@Bean
		@DependsOn("scoped")
		AtomicInteger created() {
			return new AtomicInteger();
		}

	}

	private static final class PoolFactory implements FactoryBean<DataSource>, DisposableBean {

		private final String url;

		private HikariDataSource pool;

		private PoolFactory(String url) {
			this.url = url;
		}

		@Override
		public Class<?> getObjectType() {
			return DataSource.class;
		}

		@Override
		public DataSource getObject() {
			this.pool = DataSourceBuilder.create()
				.type(HikariDataSource.class)
				.url(this.url)
				.username("postgres")
				.build();
			return this.pool;
		}

		@Override
		public void destroy() {
			if (this.pool != null) {
				this.pool.close();
			}
		}

	}

}
