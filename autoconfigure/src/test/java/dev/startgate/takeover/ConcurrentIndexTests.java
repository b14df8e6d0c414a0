package dev.startgate.takeover;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.startgate.MigrationCoordinator;
import dev.startgate.StartupGate;
import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code CREATE INDEX CONCURRENTLY} waits for every older transaction of the database.
 */
@Tag("long")
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
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

	/**
	 * If the kind of its lock is not set, Flyway makes it a lock by transaction when it
	 * copies or reads a configuration.
	 */
	@ParameterizedTest
	@MethodSource
	void isCreatedHoweverTheConfigurationWasTouched(FlywayConfigurationCustomizer customizer) {
		runner().withPropertyValues(MIGRATIONS)
			.withBean(FlywayConfigurationCustomizer.class, () -> customizer)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.database.history()).containsExactly("1", "2", "3");
	}

	static Stream<Named<FlywayConfigurationCustomizer>> isCreatedHoweverTheConfigurationWasTouched() {
		return Stream.of(
				Named.of("map", (configuration) -> configuration.configuration(Map.of("flyway.lockRetryCount", "40"))),
				Named.of("environment", FluentConfiguration::envVars),
				Named.of("files", FluentConfiguration::loadDefaultConfigurationFiles),
				Named.of("extension", (configuration) -> configuration
					.getConfigurationExtension(PostgreSQLConfigurationExtension.class)));
	}

	@Test
	void isCreatedAsADataMigrationInOneTransactionWithItsHistory() {
		runner()
			.withPropertyValues("spring.flyway.locations=classpath:db/index", "spring.flyway.target=1",
					"startgate.data-migrations.locations=classpath:db/data-index")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(
				this.jdbc.queryForList("select version from flyway_data_history order by installed_rank", String.class))
			.containsExactly("0", "1", "2");
		assertThat(this.database.transactionOf("flyway_data_history where version = '2'"))
			.isEqualTo(this.database.transactionOf("parcel where id = 0"));
	}

	@Test
	void isCreatedForATenantWhoseFlywayIsACopy() {
		runner().withPropertyValues(MIGRATIONS).run((context) -> {
			Flyway tenant = Flyway.configure()
				.configuration(context.getBean(Flyway.class).getConfiguration())
				.schemas("tenant")
				.load();
			context.getBean(MigrationCoordinator.class).migrate(tenant);
		});
		assertThat(this.jdbc.queryForList(
				"select version from tenant.flyway_schema_history where version is not null order by 1", String.class))
			.containsExactly("1", "2", "3");
		assertThat(this.database.transactionOf("tenant.flyway_schema_history where version = '3'"))
			.isEqualTo(this.database
				.transactionOf("pg_attribute where attname = 'weight'" + " and attrelid = 'tenant.parcel'::regclass"));
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

	private ApplicationContextRunner runner() {
		return new ApplicationContextRunner().withConfiguration(BootAutoConfigurations.with())
			.withPropertyValues(this.database.properties());
	}

	private long creating() {
		return this.database
			.sessions("state = 'active' and query like 'create index concurrently%' and wait_event is not null");
	}

}
