package dev.startgate.dropin;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import javax.sql.DataSource;

import dev.startgate.MigrationCoordinator;
import dev.startgate.MigrationsCompletedEvent;
import dev.startgate.StartupGate;
import org.flywaydb.core.Flyway;
import org.awaitility.Awaitility;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.flywaydb.core.api.output.MigrateResult;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/**
 * Flyway objects that are not beans: a schema for each tenant.
 */
@ExtendWith(OutputCaptureExtension.class)
class TenantTests {

	private static final List<String> TENANTS = List.of("blue", "green", "red");

	@AutoClose
	private final Application application = new Application(true).with(Tenants.class).with("spring.flyway.target=1");

	@Test
	void eachIsMigratedOnceByTwoReplicas() {
		new Replicas().startTogether(this.application.runner());
		for (String tenant : TENANTS) {
			assertThat(this.application.history(tenant + ".flyway_schema_history")).hasSize(3);
			assertThat(this.application.jdbc()
				.queryForList("select name from " + tenant + ".startgate_lock", String.class))
				.containsExactly(tenant + ".flyway_schema_history");
		}
		assertThat(this.application.history()).hasSize(1);
	}

	@Test
	void oneThatComesLaterIsMigratedWhenTheGateIsOpen() {
		this.application.start((context) -> {
			assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
			MigrateResult result = context.getBean(Tenants.class).migrate("yellow");
			assertThat(result.migrationsExecuted).isEqualTo(2);
			assertThat(context.getBean(Tenants.class).migrate("yellow").migrationsExecuted).isZero();
			assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
		});
		assertThat(this.application.history("yellow.flyway_schema_history")).hasSize(3);
	}

	@Test
	void aFailureOfOneThatComesLaterIsThrownAlsoByAReplicaThatStaysDown(CapturedOutput output) {
		this.application.with("startgate.on-failure=stay-down").start((context) -> {
			Tenants tenants = context.getBean(Tenants.class);
			this.application.file("sql/V3__broken.sql", "select broken");
			assertThatExceptionOfType(FlywayException.class)
				.isThrownBy(() -> assertTimeoutPreemptively(PATIENCE, () -> tenants.migrate("yellow")))
				.withMessageContaining("V3__broken.sql");
			assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
			assertThat(output).doesNotContain("This replica is blocked");
		});
	}

	@Test
	void twoThreadsMigrateTheSameOneAfterTheOther() {
		this.application.start((context) -> {
			Tenants tenants = context.getBean(Tenants.class);
			this.application.file("sql/V3__slow.sql", "select pg_sleep(2)");
			CompletableFuture<MigrateResult> first = CompletableFuture.supplyAsync(() -> tenants.migrate("yellow"));
			Awaitility.await()
				.until(() -> this.application.jdbc()
					.queryForObject("select count(*) from pg_stat_activity where query = 'select pg_sleep(2)'"
							+ " and state = 'active'", Long.class) == 1);
			CompletableFuture<MigrateResult> second = CompletableFuture.supplyAsync(() -> tenants.migrate("yellow"));
			assertThat(first).succeedsWithin(PATIENCE).returns(3, (result) -> result.migrationsExecuted);
			assertThat(second).succeedsWithin(PATIENCE).returns(0, (result) -> result.migrationsExecuted);
		});
		assertThat(
				this.application.jdbc().queryForList("select item from yellow.startgate_record where kind = 'session'"))
			.isEmpty();
	}

	@Test
	void oneWithinAnotherThatNeedsTheSameLockIsRefused() {
		this.application.jdbc().execute("create schema ours");
		this.application.with("startgate.lock.name=one for all", "startgate.tables.schema=ours").start((context) -> {
			Tenants tenants = context.getBean(Tenants.class);
			JavaMigration nested = new V9__Nested(tenants);
			assertTimeoutPreemptively(PATIENCE,
					() -> assertThatExceptionOfType(FlywayException.class)
						.isThrownBy(() -> tenants.migrate("yellow", nested))
						.havingRootCause()
						.withMessageContaining("It needs the same lock, and would wait for itself"));
			assertThat(tenants.migrate("green").migrationsExecuted).as("the lock is free").isZero();
		});
	}

	/**
	 * A listener lets another thread migrate while the start goes on.
	 */
	@Test
	void theGateOpensWhileAnotherThreadMigratesOne() {
		this.application.with(Background.class).start((context) -> {
			Background background = context.getBean(Background.class);
			assertThat(background.migrated).isNotDone();
			assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
			background.release.countDown();
			assertThat(background.migrated).succeedsWithin(PATIENCE);
			assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
		});
	}

	static class Background {

		private final Tenants tenants;

		private final CountDownLatch begun = new CountDownLatch(1);

		private final CountDownLatch release = new CountDownLatch(1);

		private CompletableFuture<MigrateResult> migrated = new CompletableFuture<>();

		Background(Tenants tenants) {
			this.tenants = tenants;
		}

		@EventListener(MigrationsCompletedEvent.class)
		void migrate() throws InterruptedException {
			this.migrated = CompletableFuture
				.supplyAsync(() -> this.tenants.migrate("yellow", new V9__Held(this.begun, this.release)));
			this.begun.await();
		}

	}

	static class V9__Held extends BaseJavaMigration {

		private final CountDownLatch begun;

		private final CountDownLatch release;

		V9__Held(CountDownLatch begun, CountDownLatch release) {
			this.begun = begun;
			this.release = release;
		}

		@Override
		public void migrate(Context context) throws InterruptedException {
			this.begun.countDown();
			this.release.await();
		}

	}

	static class V9__Nested extends BaseJavaMigration {

		private final Tenants tenants;

		V9__Nested(Tenants tenants) {
			this.tenants = tenants;
		}

		@Override
		public void migrate(Context context) {
			this.tenants.migrate("violet");
		}

	}

	static class Tenants {

		private final DataSource dataSource;

		private final String location;

		private final MigrationCoordinator coordinator;

		Tenants(DataSource dataSource, @Value("${spring.flyway.locations}") String location,
				MigrationCoordinator coordinator) {
			this.dataSource = dataSource;
			this.location = location;
			this.coordinator = coordinator;
		}

		@Bean
		List<MigrateResult> migrated() {
			return TENANTS.stream().map(this::migrate).toList();
		}

		MigrateResult migrate(String tenant, JavaMigration... migrations) {
			return this.coordinator.migrate(Flyway.configure()
				.dataSource(this.dataSource)
				.locations(this.location)
				.schemas(tenant)
				.javaMigrations(migrations)
				.load());
		}

	}

}
