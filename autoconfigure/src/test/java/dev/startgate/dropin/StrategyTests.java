package dev.startgate.dropin;

import java.util.concurrent.CompletableFuture;

import dev.startgate.GateState;
import dev.startgate.MigrationsCompletedEvent;
import dev.startgate.StartupGate;
import dev.startgate.gate.Gate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application's own migration strategy runs under the lock.
 */
@Tag("long")
class StrategyTests {

	private final Replicas replicas = new Replicas();

	@ParameterizedTest
	@ValueSource(
			classes = { Migrate.class, MigrateInAnotherThread.class, RepairAndMigrate.class, CleanAndMigrate.class })
	void oneReplicaAtATime(Class<?> strategy) {
		try (Application application = new Application(true).with(strategy)) {
			this.replicas.startTogether(application.with("spring.flyway.clean-disabled=false").runner());
			assertThat(this.replicas.atTheSameTime()).isOne();
			assertThat(application.history()).hasSize(2);
		}
	}

	@Test
	void bothAtATimeInPlainBoot() {
		try (Application application = new Application(false).with(Migrate.class)) {
			this.replicas.startTogether(application.runner());
			assertThat(this.replicas.atTheSameTime()).isEqualTo(2);
		}
	}

	@Test
	void aStrategyThatDoesNothingMigratesNothing() {
		Comparison.sameAsPlainBoot((application) -> {
			application.with(Nothing.class).start((context) -> {
				assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
				MigrationsCompletedEvent event = context.getBean(Nothing.class).event;
				assertThat(event == null || !event.performedHere()).isTrue();
			});
			return application.tables().stream().filter((table) -> table.contains("parcel")).toList();
		}).isEmpty();
	}

	@Test
	void aFailureIsThatOfPlainBoot() {
		Comparison.sameAsPlainBoot((application) -> application.with(Failing.class).start())
			.last()
			.isEqualTo("IllegalStateException: not today");
	}

	@Configuration(proxyBeanMethods = false)
	static class Migrate {

		@Bean
		FlywayMigrationStrategy strategy(Replicas replicas) {
			return (flyway) -> {
				replicas.doAlone();
				flyway.migrate();
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MigrateInAnotherThread {

		@Bean
		FlywayMigrationStrategy strategy(Replicas replicas) {
			return (flyway) -> {
				replicas.doAlone();
				CompletableFuture.supplyAsync(flyway::migrate).join();
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RepairAndMigrate {

		@Bean
		FlywayMigrationStrategy strategy(Replicas replicas) {
			return (flyway) -> {
				flyway.repair();
				replicas.doAlone();
				flyway.migrate();
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CleanAndMigrate {

		/**
		 * A replica that has not seen the lock yet could take it while it is cleaned
		 * away.
		 */
		@Bean
		FlywayMigrationStrategy strategy(Replicas replicas, Gate gate) {
			gate.addListener((before, after) -> {
				if (after.state() == GateState.WAITING) {
					replicas.otherWaits();
				}
			});
			return (flyway) -> {
				replicas.doAlone();
				replicas.awaitOtherWaiting();
				flyway.clean();
				flyway.migrate();
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Nothing {

		private MigrationsCompletedEvent event;

		@EventListener
		void completed(MigrationsCompletedEvent event) {
			this.event = event;
		}

		@Bean
		FlywayMigrationStrategy strategy() {
			return (flyway) -> {
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Failing {

		@Bean
		FlywayMigrationStrategy strategy() {
			return (flyway) -> {
				throw new IllegalStateException("not today");
			};
		}

	}

}
