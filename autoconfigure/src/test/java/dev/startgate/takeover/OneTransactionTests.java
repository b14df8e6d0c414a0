package dev.startgate.takeover;

import java.sql.Connection;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.TestApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A migration and its row in the history are one transaction, and what that needs is not
 * left on connections of the application.
 */
class OneTransactionTests {

	private final PostgresDatabase database = PostgresDatabase.create();

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aMigrationAndItsRowInTheHistoryAreCommittedTogether(boolean group) {
		start("spring.flyway.group=" + group).close();
		assertThat(transactionOf("flyway_schema_history where version = '3'"))
			.isEqualTo(transactionOf("pg_attribute where attname = 'weight'"));
	}

	@Test
	void withFlywaysOwnLockByTransactionTheyAreNot() {
		start("spring.flyway.postgresql.transactional-lock=true").close();
		assertThat(transactionOf("flyway_schema_history where version = '3'"))
			.isNotEqualTo(transactionOf("pg_attribute where attname = 'weight'"));
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

	@Test
	void nothingIsLeftOnTheConnectionsOfTheApplication() throws Exception {
		try (ConfigurableApplicationContext replica = start("spring.datasource.hikari.maximum-pool-size=3")) {
			List<Connection> all = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				Connection connection = replica.getBean(DataSource.class).getConnection();
				all.add(connection);
				try (ResultSet row = connection.createStatement()
					.executeQuery("select current_setting('client_connection_check_interval'), (select count(*) from"
							+ " pg_locks where locktype = 'advisory' and pid = pg_backend_pid()),"
							+ " current_setting('search_path')")) {
					assertThat(row.next()).isTrue();
					assertThat(row.getString(1)).isEqualTo("0");
					assertThat(row.getLong(2)).isZero();
					assertThat(row.getString(3)).isEqualTo("\"$user\", public");
				}
			}
			for (Connection connection : all) {
				connection.close();
			}
		}
	}

	private ConfigurableApplicationContext start(String property) {
		return TestApplication.start(this.database, "spring.flyway.locations=classpath:db/slow", property);
	}

	private String transactionOf(String row) {
		return this.database.jdbc().queryForObject("select xmin::text from " + row, String.class);
	}

}
