package dev.startgate.dropin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import org.apache.commons.dbcp2.BasicDataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pools of which the application has overridden what a copy of their settings does not
 * know: the database lets nobody in without the password that is computed, and nobody
 * create anything without the role that is set.
 */
@Tag("long")
class OwnPoolTests {

	private static final String PASSWORD = "computed-at-each-connect";

	private final Application application = new Application(true);

	private final String name = this.application.jdbc().queryForObject("select current_database()", String.class);

	@BeforeEach
	void askForPasswordAndRole() throws IOException {
		String owner = this.name + "_owner";
		this.application.jdbc().execute("create role " + owner);
		this.application.jdbc()
			.execute("create role " + this.name + " login noinherit password '" + PASSWORD + "' in role " + owner);
		this.application.jdbc().execute("create schema app authorization " + owner);
		Path rules = Path.of(this.application.jdbc().queryForObject("show hba_file", String.class));
		Files.writeString(rules,
				"host " + this.name + " " + this.name + " all scram-sha-256\n" + Files.readString(rules));
		this.application.jdbc().execute("select pg_reload_conf()");
		this.application.with("own.user=" + this.name, "own.role=" + owner, "spring.flyway.default-schema=app",
				"spring.flyway.create-schemas=false", "startgate.database.max-wait=5s");
	}

	@AfterEach
	void close() {
		this.application.close();
	}

	@ParameterizedTest
	@ValueSource(classes = { OverriddenCredentials.class, OverriddenConnection.class, Decorated.class,
			LazilyDecorated.class })
	void whatTheApplicationOverridesIsUsed(Class<?> pool) {
		this.application.with(pool).with("own.size=2").file("sql/V3__sleep.sql", "select pg_sleep(1)");
		for (int start = 0; start < 2; start++) {
			this.application.start((context) -> {
				HikariDataSource own = context.getBean(DataSource.class).unwrap(HikariDataSource.class);
				assertThat(own.getMaximumPoolSize()).isEqualTo(2);
				assertThat(own.getHikariPoolMXBean().getTotalConnections()).isLessThanOrEqualTo(2);
				assertThat(own.getHikariPoolMXBean().getActiveConnections()).isZero();
			});
		}
		assertThat(this.application.history("app.flyway_schema_history")).hasSize(3);
	}

	@Test
	void aLeaseWhoseConnectionBreaksFindsRoomInASmallPool() {
		this.application.with(Decorated.class)
			.with("own.size=2", "startgate.lock.lease=12s")
			.file("sql/V3__sleep.sql", "select pg_sleep(20)");
		CompletableFuture<List<String>> start = CompletableFuture.supplyAsync(this.application::start);
		Awaitility.await().until(() -> sessions("state = 'active' and query like '%pg_sleep%'", "pid") == 1);
		// it shows several times a second that it is there
		Awaitility.await()
			.until(() -> sessions("state = 'idle' and pid::text in (select split_part(item, '@', 1)"
					+ " from app.startgate_record where kind = 'session')", "pg_terminate_backend(pid)") == 1);
		assertThat(start.join()).isEmpty();
		assertThat(this.application.history("app.flyway_schema_history")).hasSize(3);
	}

	private int sessions(String which, String what) {
		return this.application.jdbc()
			.queryForList("select " + what + " from pg_stat_activity where usename = ? and " + which, this.name)
			.size();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aPoolOfOneIsTooSmallForFlywayItself(boolean startgate) {
		this.application.with(Decorated.class).with("own.size=1", "startgate.enabled=" + startgate);
		assertThat(this.application.start()).last().asString().contains("Connection is not available");
	}

	@ParameterizedTest
	@CsvSource({ "Dbcp, 2", "Dbcp, 3", "TomcatPool, 2", "TomcatPool, 3" })
	void otherPools(String pool, int size) throws ClassNotFoundException {
		this.application.with(Class.forName(OwnPoolTests.class.getName() + "$" + pool))
			.with("own.size=" + size)
			.file("sql/V3__sleep.sql", "select pg_sleep(1)");
		for (int start = 0; start < 2; start++) {
			this.application.start((context) -> assertThatPoolIsAsBefore(context.getBean(DataSource.class), size));
		}
		assertThat(this.application.history("app.flyway_schema_history")).hasSize(3);
	}

	private static void assertThatPoolIsAsBefore(DataSource dataSource, int size) {
		if (dataSource instanceof BasicDataSource dbcp) {
			assertThat(dbcp.getMaxTotal()).isEqualTo(size);
			assertThat(dbcp.getNumActive()).isZero();
			assertThat(dbcp.getNumIdle()).isLessThanOrEqualTo(size);
		}
		else {
			org.apache.tomcat.jdbc.pool.DataSource tomcat = (org.apache.tomcat.jdbc.pool.DataSource) dataSource;
			assertThat(tomcat.getMaxActive()).isEqualTo(size);
			assertThat(tomcat.getActive()).isZero();
			assertThat(tomcat.getSize()).isLessThanOrEqualTo(size);
		}
	}

	@Test
	void aPoolOfAnUnknownKindLendsOne() {
		this.application.with(Unknown.class).with("own.size=2");
		assertThat(this.application.start())
			.anyMatch((line) -> line.startsWith("DatabaseUnreachableException: The connection pool has no free "
					+ "connection: All 2 are lent (tried for "));
		assertThat(this.application.tables()).isEmpty();
		this.application.with("own.size=3");
		assertThat(this.application.start()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(classes = { Dbcp.class, TomcatPool.class })
	void anotherPoolThatIsTooSmallSaysSo(Class<?> pool) {
		this.application.with(pool).with("own.size=1");
		assertThat(this.application.start()).anyMatch((failure) -> failure
			.contains("DatabaseUnreachableException: The connection pool has no free connection"));
	}

	private static <T extends HikariDataSource> T settings(T pool, String url, String user, int size) {
		pool.setJdbcUrl(url);
		pool.setUsername(user);
		pool.setMaximumPoolSize(size);
		pool.setConnectionTimeout(2000);
		return pool;
	}

	private static Connection as(String role, Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("set role " + role);
		}
		return connection;
	}

	static class OverriddenCredentials {

		@Bean
		DataSource dataSource(@Value("${spring.datasource.url}") String url, @Value("${own.user}") String user,
				@Value("${own.role}") String role, @Value("${own.size}") int size) {
			HikariDataSource pool = settings(new HikariDataSource() {

				@Override
				public Credentials getCredentials() {
					return Credentials.of(getUsername(), PASSWORD);
				}

			}, url, user, size);
			pool.setConnectionInitSql("set role " + role);
			return pool;
		}

	}

	static class OverriddenConnection {

		@Bean
		DataSource dataSource(@Value("${spring.datasource.url}") String url, @Value("${own.user}") String user,
				@Value("${own.role}") String role, @Value("${own.size}") int size) {
			HikariDataSource pool = settings(new HikariDataSource() {

				@Override
				public Connection getConnection() throws SQLException {
					return as(role, super.getConnection());
				}

			}, url, user, size);
			pool.setPassword(PASSWORD);
			return pool;
		}

	}

	static class Decorated {

		@Bean
		DataSource dataSource(@Value("${spring.datasource.url}") String url, @Value("${own.user}") String user,
				@Value("${own.role}") String role, @Value("${own.size}") int size) {
			HikariDataSource pool = settings(new HikariDataSource(), url, user, size);
			pool.setPassword(PASSWORD);
			return new DelegatingDataSource(pool) {

				@Override
				public Connection getConnection() throws SQLException {
					return as(role, super.getConnection());
				}

			};
		}

	}

	static class LazilyDecorated {

		@Bean
		DataSource dataSource(@Value("${spring.datasource.url}") String url, @Value("${own.user}") String user,
				@Value("${own.role}") String role, @Value("${own.size}") int size) {
			return new LazyConnectionDataSourceProxy(new Decorated().dataSource(url, user, role, size));
		}

	}

	/**
	 * With words of its own when it is empty.
	 */
	static class Unknown {

		@Bean
		DataSource dataSource(@Value("${spring.datasource.url}") String url, @Value("${own.user}") String user,
				@Value("${own.role}") String role, @Value("${own.size}") int size) {
			DataSource pool = new TomcatPool().dataSource(url, user, role, size);
			return new AbstractDataSource() {

				@Override
				public Connection getConnection() throws SQLException {
					try {
						return pool.getConnection();
					}
					catch (SQLException ex) {
						throw new SQLException("All " + size + " are lent");
					}
				}

				@Override
				public Connection getConnection(String username, String password) throws SQLException {
					return getConnection();
				}

			};
		}

	}

	static class Dbcp {

		@Bean
		DataSource dataSource(@Value("${spring.datasource.url}") String url, @Value("${own.user}") String user,
				@Value("${own.role}") String role, @Value("${own.size}") int size) {
			BasicDataSource pool = new BasicDataSource();
			pool.setUrl(url);
			pool.setUsername(user);
			pool.setPassword(PASSWORD);
			pool.setMaxTotal(size);
			pool.setMaxWait(Duration.ofSeconds(1));
			pool.setConnectionInitSqls(List.of("set role " + role));
			return pool;
		}

	}

	static class TomcatPool {

		@Bean
		DataSource dataSource(@Value("${spring.datasource.url}") String url, @Value("${own.user}") String user,
				@Value("${own.role}") String role, @Value("${own.size}") int size) {
			org.apache.tomcat.jdbc.pool.DataSource pool = new org.apache.tomcat.jdbc.pool.DataSource();
			pool.setUrl(url);
			pool.setDriverClassName("org.postgresql.Driver");
			pool.setUsername(user);
			pool.setPassword(PASSWORD);
			pool.setMaxActive(size);
			pool.setMaxWait(1000);
			pool.setInitSQL("set role " + role);
			return pool;
		}

	}

}
