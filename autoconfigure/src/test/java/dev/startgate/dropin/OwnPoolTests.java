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
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pools with overridden behavior that a copy of their settings would lose. The database
 * lets nobody in without the computed password. It lets nobody create anything without
 * the role that the pool sets.
 */
@Tag("long")
class OwnPoolTests {

	private static final String PASSWORD = "computed-at-each-connect";

	@AutoClose
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

	@Test
	void aLeaseWhoseConnectionBreaksFindsRoomInASmallPool() {
		with(Pool.DECORATED, 2).with("startgate.lock.lease=12s").file("sql/V3__sleep.sql", "select pg_sleep(20)");
		CompletableFuture<List<String>> start = CompletableFuture.supplyAsync(this.application::start);
		Awaitility.await().until(() -> sessions("state = 'active' and query like '%pg_sleep%'", "pid") == 1);
		// several times a second the session is not idle: it shows that it is there
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
		with(Pool.DECORATED, 1).with("startgate.enabled=" + startgate);
		assertThat(this.application.start()).last().asString().contains("Connection is not available");
	}

	@ParameterizedTest
	@CsvSource({ "OVERRIDDEN_CREDENTIALS, 2", "OVERRIDDEN_CONNECTION, 2", "DECORATED, 2", "LAZILY_DECORATED, 2",
			"DBCP, 2", "DBCP, 3", "TOMCAT, 2", "TOMCAT, 3" })
	void otherPools(Pool pool, int size) {
		with(pool, size).file("sql/V3__sleep.sql", "select pg_sleep(1)");
		for (int start = 0; start < 2; start++) {
			this.application.start((context) -> assertThatPoolIsAsBefore(context.getBean(DataSource.class), size));
		}
		assertThat(this.application.history("app.flyway_schema_history")).hasSize(3);
	}

	private static void assertThatPoolIsAsBefore(DataSource dataSource, int size) throws SQLException {
		if (dataSource instanceof BasicDataSource dbcp) {
			assertThat(dbcp.getMaxTotal()).isEqualTo(size);
			assertThat(dbcp.getNumActive()).isZero();
			assertThat(dbcp.getNumIdle()).isLessThanOrEqualTo(size);
		}
		else if (dataSource instanceof org.apache.tomcat.jdbc.pool.DataSource tomcat) {
			assertThat(tomcat.getMaxActive()).isEqualTo(size);
			assertThat(tomcat.getActive()).isZero();
			assertThat(tomcat.getSize()).isLessThanOrEqualTo(size);
		}
		else {
			HikariDataSource hikari = dataSource.unwrap(HikariDataSource.class);
			assertThat(hikari.getMaximumPoolSize()).isEqualTo(size);
			assertThat(hikari.getHikariPoolMXBean().getTotalConnections()).isLessThanOrEqualTo(size);
			assertThat(hikari.getHikariPoolMXBean().getActiveConnections()).isZero();
		}
	}

	@Test
	void aPoolOfAnUnknownKindLendsOne() {
		assertThat(with(Pool.UNKNOWN, 2).start())
			.anyMatch((line) -> line.startsWith("DatabaseUnreachableException: The connection pool has no free "
					+ "connection: All 2 are lent (tried for "));
		assertThat(this.application.tables()).isEmpty();
		this.application.with("own.size=3").startWell();
	}

	@ParameterizedTest
	@EnumSource(names = { "DBCP", "TOMCAT" })
	void anotherPoolThatIsTooSmallSaysSo(Pool pool) {
		assertThat(with(pool, 1).start()).anyMatch((failure) -> failure
			.contains("DatabaseUnreachableException: The connection pool has no free connection"));
	}

	private Application with(Pool pool, int size) {
		return this.application.with(OwnPool.class).with("own.pool=" + pool, "own.size=" + size);
	}

	private static HikariDataSource settings(HikariDataSource pool, String url, String user, int size) {
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

	static class OwnPool {

		@Bean
		DataSource dataSource(@Value("${own.pool}") Pool pool, @Value("${spring.datasource.url}") String url,
				@Value("${own.user}") String user, @Value("${own.role}") String role, @Value("${own.size}") int size) {
			return pool.creation.create(url, user, role, size);
		}

	}

	enum Pool {

		OVERRIDDEN_CREDENTIALS((url, user, role, size) -> {
			HikariDataSource pool = settings(new HikariDataSource() {

				@Override
				public Credentials getCredentials() {
					return Credentials.of(getUsername(), PASSWORD);
				}

			}, url, user, size);
			pool.setConnectionInitSql("set role " + role);
			return pool;
		}),

		OVERRIDDEN_CONNECTION((url, user, role, size) -> {
			HikariDataSource pool = settings(new HikariDataSource() {

				@Override
				public Connection getConnection() throws SQLException {
					return as(role, super.getConnection());
				}

			}, url, user, size);
			pool.setPassword(PASSWORD);
			return pool;
		}),

		DECORATED((url, user, role, size) -> {
			HikariDataSource pool = settings(new HikariDataSource(), url, user, size);
			pool.setPassword(PASSWORD);
			return new DelegatingDataSource(pool) {

				@Override
				public Connection getConnection() throws SQLException {
					return as(role, super.getConnection());
				}

			};
		}),

		LAZILY_DECORATED((url, user, role, size) -> {
			DataSource pool = DECORATED.creation.create(url, user, role, size);
			return new LazyConnectionDataSourceProxy(pool);
		}),

		DBCP((url, user, role, size) -> {
			BasicDataSource pool = new BasicDataSource();
			pool.setUrl(url);
			pool.setUsername(user);
			pool.setPassword(PASSWORD);
			pool.setMaxTotal(size);
			pool.setMaxWait(Duration.ofSeconds(1));
			pool.setConnectionInitSqls(List.of("set role " + role));
			return pool;
		}),

		TOMCAT((url, user, role, size) -> {
			org.apache.tomcat.jdbc.pool.DataSource pool = new org.apache.tomcat.jdbc.pool.DataSource();
			pool.setUrl(url);
			pool.setDriverClassName("org.postgresql.Driver");
			pool.setUsername(user);
			pool.setPassword(PASSWORD);
			pool.setMaxActive(size);
			pool.setMaxWait(1000);
			pool.setInitSQL("set role " + role);
			return pool;
		}),

		/**
		 * Reports in its own words that it is empty.
		 */
		UNKNOWN((url, user, role, size) -> {
			DataSource pool = TOMCAT.creation.create(url, user, role, size);
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
		});

		private final Creation creation;

		Pool(Creation creation) {
			this.creation = creation;
		}

	}

	private interface Creation {

		DataSource create(String url, String user, String role, int size);

	}

}
