package dev.startgate.lock;

import java.util.concurrent.CompletableFuture;

import dev.startgate.StartupGate;
import dev.startgate.coordination.LeaseLostException;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What happens to a lease during a migration that lasts longer than it.
 */
@Tag("long")
class LeaseTests {

	private final PostgresDatabase database = PostgresDatabase.create();

	private final JdbcTemplate jdbc = this.database.jdbc();

	/**
	 * The migration lasts longer than the lease. A small pool can't withhold the
	 * connection that renews it.
	 */
	@Test
	void survivesTheLossOfItsConnection() {
		CompletableFuture<ConfigurableApplicationContext> replica = start(20,
				"spring.datasource.hikari.maximum-pool-size=2");
		awaitMigration();
		// the session shows several times a second that it is alive
		Awaitility.await()
			.until(() -> this.jdbc.queryForList("select pg_terminate_backend(pid) from pg_stat_activity"
					+ " where state = 'idle' and pid::text in (select split_part(item, '@', 1) from startgate_record"
					+ " where kind = 'session')")
				.size() == 1);
		try (ConfigurableApplicationContext started = replica.join()) {
			assertThat(started.getBean(StartupGate.class).isOpen()).isTrue();
		}
		assertThat(this.database.history()).containsExactly("1", "2");
	}

	@Test
	void itsLossStopsTheMigrationInTheDatabaseAndFailsTheStart() {
		CompletableFuture<ConfigurableApplicationContext> replica = start(3600);
		awaitMigration();
		assertThat(this.jdbc.update("update startgate_lock set locked_by = 'thief'")).isOne();
		assertThat(replica).failsWithin(PATIENCE)
			.withThrowableThat()
			.havingRootCause()
			.isInstanceOf(LeaseLostException.class)
			.withMessageContaining("another replica has it, or its row in the database was changed");
		Awaitility.await().until(() -> sleepingSessions() == 0);
		assertThat(this.database.history()).containsExactly("1");
		assertThat(this.jdbc.queryForObject("select to_regclass('half_done')::text", String.class)).isNull();
		assertThat(this.jdbc.queryForObject("select locked_by from startgate_lock", String.class)).isEqualTo("thief");
	}

	private CompletableFuture<ConfigurableApplicationContext> start(int seconds, String... properties) {
		String[] all = TestApplication.join(properties, "startgate.lock.lease=12s",
				"spring.flyway.locations=classpath:db/long", "spring.flyway.placeholders.seconds=" + seconds);
		return CompletableFuture.supplyAsync(() -> TestApplication.start(this.database, all));
	}

	private void awaitMigration() {
		Awaitility.await().until(() -> sleepingSessions() == 1);
	}

	private long sleepingSessions() {
		return this.database.sessions("state = 'active' and query like '%pg_sleep%'");
	}

}
