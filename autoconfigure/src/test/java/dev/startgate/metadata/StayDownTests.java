package dev.startgate.metadata;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.startgate.GateFailedEvent;
import dev.startgate.GateState;
import dev.startgate.SettleCondition;
import dev.startgate.Settlement;
import dev.startgate.StartupGate;
import dev.startgate.gate.Gate;
import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.Condition;
import dev.startgate.testing.Started;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A replica that stays up although its conditions do not settle in time.
 */
class StayDownTests {

	private static final CompletableFuture<ApplicationContext> CONTEXT = new CompletableFuture<>();

	private static final String ACTION = "startgate.metadata.timeout";

	private static volatile boolean settled;

	@Test
	void isBlockedAndOpensAsSoonAsEverythingHasSettled() throws Exception {
		CompletableFuture<Void> replica = CompletableFuture.runAsync(() -> new ApplicationContextRunner()
			.withConfiguration(BootAutoConfigurations.with("boot.autoconfigure"))
			.withUserConfiguration(Application.class)
			.withPropertyValues("spring.datasource.generate-unique-name=true",
					"spring.flyway.locations=classpath:db/jpa", "startgate.metadata.poll-interval=20ms",
					"startgate.metadata.timeout=5s", "startgate.on-failure=stay-down")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(StartupGate.class).snapshot().reason()).isNull();
			}));
		ApplicationContext context = CONTEXT.get(120, TimeUnit.SECONDS);
		StartupGate gate = context.getBean(StartupGate.class);
		Awaitility.await().failFast("ended", replica::isDone).until(() -> gate.snapshot().state() == GateState.BLOCKED);
		assertThat(gate.snapshot().reason()).contains("'index'", "1 of 2 shards")
			.as("the words of the failure analysis")
			.contains(ACTION);
		assertThat(((Gate) gate).journal().entries().deferred()).contains("late");
		assertThat(gate.snapshot().unsettled()).singleElement()
			.satisfies((index) -> assertThat(index.answer()).isEqualTo("1 of 2 shards"));
		ApplicationAvailability availability = context.getBean(ApplicationAvailability.class);
		assertThat(availability.getLivenessState()).isEqualTo(LivenessState.CORRECT);
		assertThat(availability.getReadinessState()).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
		settled = true;
		assertThat(gate.awaitOpen(Duration.ofSeconds(10))).isTrue();
		replica.get(120, TimeUnit.SECONDS);
		assertThat(((Gate) gate).journal().entries().deferred()).isEmpty();
	}

	@Test
	void aReplicaThatDoesNotStayUpFailsWithTheSameWords() {
		List<String> reasons = new ArrayList<>();
		new ApplicationContextRunner().withConfiguration(BootAutoConfigurations.with("boot.autoconfigure"))
			.withBean("never", SettleCondition.class,
					() -> new Condition("never", () -> Settlement.notYet("refused: jdbc:postgresql://localhost/app")))
			.withInitializer((context) -> context
				.addApplicationListener((ApplicationListener<GateFailedEvent>) (event) -> reasons
					.add(context.getBean(StartupGate.class).snapshot().reason())))
			.withPropertyValues("spring.datasource.generate-unique-name=true",
					"spring.flyway.locations=classpath:db/jpa", "startgate.metadata.poll-interval=20ms",
					"startgate.metadata.timeout=100ms")
			.run((context) -> assertThat(context).hasFailed());
		assertThat(reasons).singleElement().asString().contains("'never'", ACTION);
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		SmartLifecycle late() {
			return new Started(SmartLifecycle.DEFAULT_PHASE, () -> {
			});
		}

		@Bean
		SettleCondition index(ApplicationContext context) {
			return new Condition("index", () -> {
				CONTEXT.complete(context);
				return settled ? Settlement.done() : Settlement.notYet("1 of 2 shards");
			});
		}

	}

}
