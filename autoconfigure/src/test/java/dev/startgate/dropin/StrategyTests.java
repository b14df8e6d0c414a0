package dev.startgate.dropin;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

import dev.startgate.GateState;
import dev.startgate.MigrationsCompletedEvent;
import dev.startgate.StartupGate;
import dev.startgate.gate.Gate;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.context.ApplicationListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application's own migration strategy runs under the lock.
 */
@Tag("long")
class StrategyTests {

	private final Replicas replicas = new Replicas();

	@ParameterizedTest
	@EnumSource
	void oneReplicaAtATime(Strategy strategy) {
		try (Application application = new Application(true).with(Waiting.class)
			.with((flyway) -> strategy.migration.accept(flyway, this.replicas))) {
			this.replicas.startTogether(application.with("spring.flyway.clean-disabled=false").runner());
			assertThat(this.replicas.atTheSameTime()).isOne();
			assertThat(application.history()).hasSize(2);
		}
	}

	@Test
	void bothAtATimeInPlainBoot() {
		try (Application application = new Application(false)
			.with((flyway) -> Strategy.MIGRATE.migration.accept(flyway, this.replicas))) {
			this.replicas.startTogether(application.runner());
			assertThat(this.replicas.atTheSameTime()).isEqualTo(2);
		}
	}

	/** A clean has removed what a newer release had applied. */
	@Test
	void afterACleanAnOlderReleaseAppliesAllThatItBrings() {
		Comparison.sameAsPlainBoot((application) -> {
			application.file("new/V1__create_box.sql", "create table box (id int)")
				.file("new/V2__add_weight.sql", "alter table box add weight int")
				.file("new/R__boxes.sql", "create or replace view boxes as select id, weight from box")
				.file("old/V1__create_box.sql", "create table box (id int)")
				.file("old/R__boxes.sql", "create or replace view boxes as select id from box")
				.with("spring.flyway.clean-disabled=false")
				.with((flyway) -> {
					flyway.clean();
					flyway.migrate();
				});
			for (String release : List.of("new", "old")) {
				application.with("spring.flyway.locations=" + application.location(release)).start();
			}
			return application.jdbc().queryForList("select script from flyway_schema_history", String.class);
		}).contains("R__boxes.sql");
	}

	@Test
	void aStrategyThatDoesNothingMigratesNothing() {
		List<MigrationsCompletedEvent> events = new ArrayList<>();
		Comparison.sameAsPlainBoot((application) -> {
			application.with((flyway) -> {
			})
				.runner()
				.withInitializer((context) -> context
					.addApplicationListener((ApplicationListener<MigrationsCompletedEvent>) events::add))
				.run((context) -> {
					assertThat(context).hasNotFailed();
					assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
				});
			return application.tables().stream().filter((table) -> table.contains("parcel")).toList();
		}).isEmpty();
		assertThat(events).as("with Startgate").singleElement().matches((event) -> !event.performedHere());
	}

	@Test
	void aFailureIsThatOfPlainBoot() {
		Comparison.sameAsPlainBoot((application) -> application.with((flyway) -> {
			throw new IllegalStateException("not today");
		}).start()).last().isEqualTo("IllegalStateException: not today");
	}

	enum Strategy {

		MIGRATE((flyway, replicas) -> {
			replicas.doAlone();
			flyway.migrate();
		}),

		MIGRATE_IN_ANOTHER_THREAD((flyway, replicas) -> {
			replicas.doAlone();
			CompletableFuture.supplyAsync(flyway::migrate).join();
		}),

		REPAIR_AND_MIGRATE((flyway, replicas) -> {
			flyway.repair();
			replicas.doAlone();
			flyway.migrate();
		}),

		/**
		 * Cleans only once the other replica waits. A replica that has not seen the lock
		 * yet could take it while the clean removes it.
		 */
		CLEAN_AND_MIGRATE((flyway, replicas) -> {
			replicas.doAlone();
			replicas.awaitOtherWaiting();
			flyway.clean();
			flyway.migrate();
		});

		private final BiConsumer<Flyway, Replicas> migration;

		Strategy(BiConsumer<Flyway, Replicas> migration) {
			this.migration = migration;
		}

	}

	static class Waiting {

		Waiting(Gate gate, Replicas replicas) {
			gate.addListener((before, after) -> {
				if (after.state() == GateState.WAITING) {
					replicas.otherWaits();
				}
			});
		}

	}

}
