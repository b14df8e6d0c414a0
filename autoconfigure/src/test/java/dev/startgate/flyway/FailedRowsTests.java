package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import dev.startgate.coordination.Lease;
import dev.startgate.coordination.LeaseLostException;
import dev.startgate.coordination.Lock;
import dev.startgate.coordination.LockFactory;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which failed row of the history is removed, and which one stays.
 */
class FailedRowsTests {

	private static final String LOCATIONS = "spring.flyway.locations=classpath:db/broken";

	private final PostgresDatabase database = PostgresDatabase.create();

	private final JdbcTemplate jdbc = this.database.jdbc();

	@Test
	void aRowThatSaysSomethingElseByNowStays() {
		use((rows, failed) -> {
			this.jdbc.update("update flyway_schema_history set success = true");
			rows.remove(failed);
			assertThat(this.database.history()).containsExactly("1", "2");
		});
	}

	/**
	 * The types that Flyway gives the column on Oracle, SQL Server and Db2, and on all
	 * others.
	 */
	@ParameterizedTest
	@CsvSource({ "numeric(1), 0", "smallint, 0", "boolean, false" })
	void whatAPersonTypesHasTheLiteralOfTheColumn(String type, String expected) throws SQLException {
		try (Connection connection = DriverManager.getConnection("jdbc:h2:mem:");
				Statement statement = connection.createStatement()) {
			statement.execute("create table history (\"success\" %s)".formatted(type));
			statement.execute("insert into history values (%s)".formatted(expected));
			String no = HistoryRows.no(connection, "history");
			assertThat(no).isEqualTo(expected);
			assertThat(statement.executeUpdate("delete from history where \"success\" = " + no)).isOne();
		}
	}

	@Test
	void anEarlierHolderRemovesNone() {
		use((rows, failed) -> {
			this.jdbc.update("update startgate_record set generation = 99 where kind = 'fence'");
			assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> rows.remove(failed));
			assertThat(this.database.history()).containsExactly("1", "2");
		});
	}

	/**
	 * The next holder can then end the session if this holder is frozen.
	 */
	@Test
	void theSessionThatRemovesItIsThatOfTheHolder() {
		use((rows, failed) -> {
			CompletableFuture<Void> removed;
			try (Connection other = this.database.dataSource().getConnection();
					Statement statement = other.createStatement()) {
				other.setAutoCommit(false);
				statement.execute("select * from flyway_schema_history for update");
				removed = CompletableFuture.runAsync(() -> rows.remove(failed));
				Awaitility.await()
					.until(() -> this.jdbc.queryForObject(
							"select count(*) from pg_stat_activity a"
									+ " join startgate_record r on r.kind = 'session' and r.item like a.pid || '@%'"
									+ " where a.datname = current_database() and a.query like 'delete from%'",
							Long.class) == 1);
				other.rollback();
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
			removed.join();
			assertThat(this.database.history()).containsExactly("1");
		});
	}

	private void use(BiConsumer<Rows, MigrationInfo> use) {
		try (ConfigurableApplicationContext application = TestApplication.start(this.database, LOCATIONS,
				"spring.flyway.target=1")) {
			this.jdbc
				.update("insert into flyway_schema_history select 2, '2', 'wrong', 'SQL', 'V2__wrong.sql', 1, 'me',"
						+ " now(), 1, false");
			Flyway flyway = application.getBean(Flyway.class);
			MigrationInfo failed = Stream.of(flyway.info().all())
				.filter((migration) -> migration.getState().isFailed())
				.findFirst()
				.orElseThrow();
			LockFactory locks = application.getBean(LockFactory.class);
			ProtectedSchema target = FlywayTarget.of(flyway.getConfiguration());
			try (Lock lock = locks.open(target); Lease lease = lock.tryAcquire().orElseThrow()) {
				assertThat(lease.clear()).isEmpty();
				FailedRows rows = new FailedRows(locks, target);
				use.accept((migration) -> rows.remove(lease, migration), failed);
			}
		}
	}

	/**
	 * The rows of the history, changed under a lease.
	 */
	private interface Rows {

		void remove(MigrationInfo failed);

	}

}
