package dev.startgate.takeover;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import dev.startgate.StartupGate;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code CREATE INDEX CONCURRENTLY} waits for every older transaction of the database.
 */
class ConcurrentIndexTests {

	private static final String MIGRATIONS = "spring.flyway.locations=classpath:db/index";

	private final PostgresDatabase database = PostgresDatabase.create();

	private final JdbcTemplate jdbc = this.database.jdbc();

	@Test
	void isCreatedWhileTenReplicasWait() {
		ExecutorService threads = Executors.newFixedThreadPool(11);
		List<CompletableFuture<ConfigurableApplicationContext>> replicas = IntStream.rangeClosed(0, 10)
			.mapToObj((number) -> CompletableFuture.supplyAsync(() -> start(number), threads))
			.toList();
		threads.shutdown();
		assertThat(replicas).allSatisfy((replica) -> assertThat(replica).succeedsWithin(PATIENCE));
		replicas.forEach((replica) -> {
			assertThat(replica.join().getBean(StartupGate.class).isOpen()).isTrue();
			replica.join().close();
		});
		assertThat(this.database.history()).containsExactly("1", "2", "3");
		assertThat(this.jdbc.queryForList(
				"select relname from pg_index join pg_class on pg_class.oid = indexrelid" + " where not indisvalid",
				String.class))
			.isEmpty();
	}

	@Test
	void isNeverCreatedWithoutUsByOneReplicaAlone() {
		CompletableFuture<ConfigurableApplicationContext> replica = CompletableFuture
			.supplyAsync(() -> TestApplication.start(this.database, MIGRATIONS, "startgate.enabled=false"));
		Awaitility.await().until(() -> creating() == 1);
		Awaitility.await().during(Duration.ofSeconds(3)).until(() -> creating() == 1);
		this.jdbc.queryForList("select pg_terminate_backend(pid) from pg_stat_activity"
				+ " where datname = current_database() and pid <> pg_backend_pid()");
		assertThat(replica).failsWithin(PATIENCE);
	}

	private ConfigurableApplicationContext start(int number) {
		return TestApplication.start(this.database, MIGRATIONS, "startgate.replica-name=replica-" + number,
				"spring.datasource.hikari.maximum-pool-size=3");
	}

	private long creating() {
		return this.jdbc.queryForObject("select count(*) from pg_stat_activity where datname = current_database()"
				+ " and state = 'active' and query like 'create index concurrently%' and wait_event is not null",
				Long.class);
	}

}
