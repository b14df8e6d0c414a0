package dev.startgate.takeover;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.startgate.GateState;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.StartingReplica;
import dev.startgate.testing.TestApplication;
import org.apache.commons.dbcp2.BasicDataSource;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A migration and its row in the history are one transaction. What this needs does not
 * stay on connections of the application.
 */
@Tag("long")
class OneTransactionTests {

	private final PostgresDatabase database = PostgresDatabase.create();

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aMigrationAndItsRowInTheHistoryAreCommittedTogether(boolean group) {
		start("spring.flyway.group=" + group).close();
		assertThat(this.database.transactionOf("flyway_schema_history where version = '3'"))
			.isEqualTo(this.database.transactionOf("pg_attribute where attname = 'weight'"));
	}

	/**
	 * The callbacks of a group have a connection of their own. The rows of the history
	 * are still written on the connection of the migrations.
	 */
	@Test
	void aGroupWithCallbacksIsOneTransaction(@TempDir Path directory) throws Exception {
		Files.writeString(directory.resolve("V1__base.sql"), "create table base (id int);");
		Files.writeString(directory.resolve("afterMigrate.sql"), "select 1;");
		String[] properties = { "spring.flyway.locations=filesystem:" + directory, "spring.flyway.group=true" };
		TestApplication.start(this.database, properties).close();
		Files.writeString(directory.resolve("V2__good.sql"), "create table good (id int);");
		Path bad = directory.resolve("V3__bad.sql");
		Files.writeString(bad, "alter table missing add x int;");
		assertThatExceptionOfType(BeanCreationException.class)
			.isThrownBy(() -> TestApplication.start(this.database, properties));
		assertThat(this.database.history()).containsExactly("1");
		assertThat(exists("good")).isFalse();
		Files.writeString(bad, "alter table good add weight int;");
		TestApplication.start(this.database, properties).close();
		assertThat(this.database.history()).containsExactly("1", "2", "3");
		assertThat(this.database.transactionOf("flyway_schema_history where version = '2'"))
			.isEqualTo(this.database.transactionOf("pg_attribute where attname = 'weight'"));
	}

	private boolean exists(String table) {
		return this.database.jdbc().queryForObject("select to_regclass(?) is not null", Boolean.class, table);
	}

	@Test
	void withFlywaysOwnLockByTransactionTheyAreNot() {
		start("spring.flyway.postgresql.transactional-lock=true").close();
		assertThat(this.database.transactionOf("flyway_schema_history where version = '3'"))
			.isNotEqualTo(this.database.transactionOf("pg_attribute where attname = 'weight'"));
	}

	@Test
	void aConnectionThatAMigrationOpensIsAnotherTransaction() {
		assertThatExceptionOfType(BeanCreationException.class).isThrownBy(() -> TestApplication.start(this.database,
				"spring.flyway.locations=classpath:dev/startgate/takeover/apart"));
		assertThat(this.database.jdbc()
			.queryForMap("select to_regclass('committed')::text as committed,"
					+ " to_regclass('to_be_rolled_back')::text as rolled_back"))
			.containsEntry("committed", "committed")
			.containsEntry("rolled_back", null);
	}

	/**
	 * A migration may reset its session. Flyway's lock and the watch on the connection
	 * survive that. (Plain Flyway keeps its lock in another session.)
	 */
	@ParameterizedTest
	@ValueSource(strings = { "select pg_advisory_unlock_all()", "select release_all()", "discard all" })
	void aMigrationMayResetItsSession(String reset, @TempDir Path directory) throws Exception {
		this.database.jdbc()
			.execute("create function public.release_all() returns void language sql as"
					+ " 'select pg_advisory_unlock_all()'");
		Files.writeString(directory.resolve("V1__reset.sql"), reset + ";\n"
				+ "create table public.seen as select current_setting('client_connection_check_interval') as watched,"
				+ " (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) as locks;");
		Files.writeString(directory.resolve("V1__reset.sql.conf"),
				"executeInTransaction=" + !reset.equals("discard all"));
		String[] properties = { "spring.flyway.locations=filesystem:" + directory,
				"spring.flyway.baseline-on-migrate=true", "spring.flyway.baseline-version=0",
				"spring.datasource.hikari.maximum-pool-size=3" };
		try (ConfigurableApplicationContext replica = TestApplication.start(this.database, properties)) {
			assertThat(this.database.history()).containsExactly("0", "1");
			assertThat(this.database.jdbc().queryForMap("select watched, locks from public.seen"))
				.containsEntry("watched", "500ms")
				.containsEntry("locks", reset.contains("release") ? 0L : 1L);
			assertThatNothingIsLeft(replica);
		}
	}

	/**
	 * Flyway has released its lock before this callback.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "select pg_advisory_unlock_all()", "discard all" })
	void theLastCallbackMayResetItsSession(String reset, @TempDir Path directory) throws Exception {
		Files.writeString(directory.resolve("afterMigrate.sql"), reset);
		Files.writeString(directory.resolve("afterMigrate.sql.conf"), "executeInTransaction=false");
		try (ConfigurableApplicationContext replica = start("spring.datasource.type=" + BasicDataSource.class.getName(),
				"spring.datasource.dbcp2.max-total=3", "spring.flyway.callback-locations=filesystem:" + directory)) {
			assertThatNothingIsLeft(replica);
		}
	}

	/**
	 * Flyway records the failure in the same session, and releases its lock there.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aMigrationMayFailInATransactionOfItsOwn(boolean byJdbc, @TempDir Path directory) throws Exception {
		Files.writeString(directory.resolve("V1__create.sql"), "create table own (id int)");
		Class<?> migration = byJdbc ? FailsByJdbc.class : FailsBySql.class;
		try (StartingReplica replica = StartingReplica.of(this.database.properties(),
				"spring.flyway.locations=filesystem:" + directory, "spring.main.sources=" + migration.getName(),
				"startgate.on-failure=stay-down")) {
			replica.awaitState(GateState.BLOCKED);
			assertThat(replica.gate().snapshot().reason()).contains("division by zero");
			assertThat(this.database.jdbc()
				.queryForList("select version || ' ' || success from flyway_schema_history order by installed_rank",
						String.class))
				.containsExactly("1 true", "2 false");
			assertThat(this.database.jdbc().queryForList("select id from own", Integer.class)).isEmpty();
			assertThat(
					this.database.jdbc()
						.queryForObject("select count(*) from pg_locks l join pg_database d on d.oid = l.database"
								+ " where locktype = 'advisory' and datname = current_database()", Long.class))
				.isZero();
		}
	}

	/**
	 * A pool of HikariCP replaces connections that are older than the schema, and so
	 * removes what is left on them.
	 */
	@ParameterizedTest
	@ValueSource(classes = { HikariDataSource.class, BasicDataSource.class })
	void nothingIsLeftOnTheConnectionsOfTheApplication(Class<?> pool) throws Exception {
		try (ConfigurableApplicationContext replica = start("spring.datasource.type=" + pool.getName(),
				"spring.datasource.hikari.maximum-pool-size=3", "spring.datasource.dbcp2.max-total=3")) {
			assertThatNothingIsLeft(replica);
		}
	}

	/**
	 * A pool sets up each of its connections only once. The second start runs a callback
	 * under the lock, and changes no schema, after which connections would be retired.
	 */
	@Test
	void aPoolThatLetsTheServerLookAfterItsConnectionsKeepsItsSetting(@TempDir Path directory) throws Exception {
		Files.writeString(directory.resolve("V1__one.sql"), "create table public.one (n int)");
		Files.writeString(directory.resolve("afterMigrate.sql"), "insert into public.one values (1)");
		String[] properties = { "spring.flyway.locations=filesystem:" + directory,
				"spring.datasource.hikari.maximum-pool-size=3",
				"spring.datasource.hikari.connection-init-sql=set client_connection_check_interval = '7s'" };
		TestApplication.start(this.database, properties).close();
		try (ConfigurableApplicationContext replica = TestApplication.start(this.database, properties)) {
			assertThat(this.database.jdbc().queryForObject("select count(*) from public.one", Long.class)).isEqualTo(2);
			assertThatNothingIsLeft(replica, "7s");
		}
	}

	/** A setting that is made in a transaction would go with it. */
	@Test
	void theServerLooksAfterAConnectionThatDoesNotCommitByItself(@TempDir Path directory) throws Exception {
		Files.writeString(directory.resolve("V1__watched.sql"),
				"create table public.seen as select current_setting('client_connection_check_interval') as watched");
		try (ConfigurableApplicationContext replica = TestApplication.start(this.database,
				"spring.flyway.locations=filesystem:" + directory, "spring.datasource.hikari.auto-commit=false",
				"spring.datasource.hikari.maximum-pool-size=3")) {
			assertThat(this.database.jdbc().queryForObject("select watched from public.seen", String.class))
				.isEqualTo("500ms");
			assertThatNothingIsLeft(replica);
		}
	}

	@Test
	void nothingIsLeftOnAConnectionThatAMigrationClosesAsItIs() throws Exception {
		try (ConfigurableApplicationContext replica = TestApplication.start(this.database,
				"spring.datasource.type=" + BasicDataSource.class.getName(), "spring.datasource.dbcp2.max-total=3",
				"spring.flyway.locations=classpath:dev/startgate/takeover/own")) {
			assertThatNothingIsLeft(replica);
		}
	}

	@Test
	void thePoolEndsTheTransactionThatAMigrationHasLeftOpen() {
		TestApplication
			.start(this.database, "spring.datasource.type=" + org.apache.tomcat.jdbc.pool.DataSource.class.getName(),
					"spring.datasource.tomcat.default-auto-commit=false",
					"spring.datasource.tomcat.commit-on-return=true",
					"spring.flyway.locations=classpath:dev/startgate/takeover/left")
			.close();
		assertThat(this.database.jdbc().queryForObject("select count(*) from left_to_the_pool", Long.class)).isOne();
	}

	/** If a record were left, the next holder would end that session. */
	@Test
	void noRecordIsLeftOfAConnectionInAFailedTransaction() throws Exception {
		try (ConfigurableApplicationContext replica = TestApplication.start(this.database,
				"spring.datasource.type=" + BasicDataSource.class.getName(), "spring.datasource.dbcp2.max-total=3",
				"spring.flyway.locations=classpath:dev/startgate/takeover/cut")) {
			assertThatNothingIsLeft(replica);
			assertThat(this.database.jdbc()
				.queryForObject("select count(*) from startgate_record where kind = 'session'", Long.class)).isZero();
		}
	}

	private static void assertThatNothingIsLeft(ConfigurableApplicationContext replica) throws SQLException {
		assertThatNothingIsLeft(replica, "0");
	}

	private static void assertThatNothingIsLeft(ConfigurableApplicationContext replica, String interval)
			throws SQLException {
		List<Connection> all = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			Connection connection = replica.getBean(DataSource.class).getConnection();
			all.add(connection);
			try (ResultSet row = connection.createStatement()
				.executeQuery("select current_setting('client_connection_check_interval'), (select count(*) from"
						+ " pg_locks where locktype = 'advisory' and pid = pg_backend_pid()),"
						+ " current_setting('search_path')")) {
				assertThat(row.next()).isTrue();
				assertThat(row.getString(1)).isEqualTo(interval);
				assertThat(row.getLong(2)).isZero();
				assertThat(row.getString(3)).isEqualTo("\"$user\", public");
			}
		}
		for (Connection connection : all) {
			connection.close();
		}
	}

	private ConfigurableApplicationContext start(String... properties) {
		return TestApplication.start(this.database,
				TestApplication.join(properties, "spring.flyway.locations=classpath:db/slow"));
	}

	static class FailsByJdbc extends V2__Own {

		@Override
		public void migrate(Context context) throws Exception {
			context.getConnection().setAutoCommit(false);
			execute(context, "insert into own values (1)", "select 1 / 0");
		}

	}

	static class FailsBySql extends V2__Own {

		@Override
		public void migrate(Context context) throws Exception {
			execute(context, "begin", "insert into own values (1)", "select 1 / 0");
		}

	}

	/**
	 * A migration that runs outside a transaction of Flyway.
	 */
	abstract static class V2__Own implements JavaMigration {

		static void execute(Context context, String... statements) throws SQLException {
			try (Statement statement = context.getConnection().createStatement()) {
				for (String one : statements) {
					statement.execute(one);
				}
			}
		}

		@Override
		public MigrationVersion getVersion() {
			return MigrationVersion.fromVersion("2");
		}

		@Override
		public String getDescription() {
			return "own";
		}

		@Override
		public Integer getChecksum() {
			return null;
		}

		@Override
		public boolean canExecuteInTransaction() {
			return false;
		}

	}

}
