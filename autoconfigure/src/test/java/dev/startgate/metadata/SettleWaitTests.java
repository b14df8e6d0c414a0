package dev.startgate.metadata;

import java.util.concurrent.atomic.AtomicInteger;

import dev.startgate.GateOpenedEvent;
import dev.startgate.MetadataSource;
import dev.startgate.SettleCondition;
import dev.startgate.Settlement;
import dev.startgate.StartupGate;
import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.Condition;
import dev.startgate.testing.Metadata;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The gate is closed until everything has settled.
 */
class SettleWaitTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(BootAutoConfigurations.with())
		.withPropertyValues("spring.datasource.generate-unique-name=true", "spring.flyway.locations=classpath:db/jpa",
				"startgate.metadata.poll-interval=10ms");

	@Test
	void aConditionHoldsTheGateUntilItIsDoneAndAnExceptionIsAnAnswer() {
		AtomicInteger asked = new AtomicInteger();
		AtomicInteger askedAtOpening = new AtomicInteger();
		this.runner.withBean(SettleCondition.class, () -> new Condition("index", () -> answer(asked.incrementAndGet())))
			.withBean("opened", ApplicationListener.class, () -> opened(() -> askedAtOpening.set(asked.get())))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
				assertThat(askedAtOpening).hasValue(4);
			});
	}

	@Test
	void aSourceBeforeTheMigrationsThatWaitsForThemIsReportedByName() {
		this.runner.withUserConfiguration(TooLate.class).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).hasStackTraceContaining("'searchMapping'");
		});
	}

	@Test
	void aSourceAfterTheMigrationsMayWaitForThem() {
		this.runner.withUserConfiguration(InTime.class).run((context) -> assertThat(context).hasNotFailed());
	}

	private static ApplicationListener<GateOpenedEvent> opened(Runnable action) {
		return new ApplicationListener<>() {

			@Override
			public void onApplicationEvent(GateOpenedEvent event) {
				action.run();
			}

		};
	}

	private static Settlement answer(int times) {
		if (times < 3) {
			throw new IllegalStateException("no answer from the index");
		}
		return (times < 4) ? Settlement.notYet("1 of 2 shards") : Settlement.done();
	}

	static class TooLate {

		@Bean
		MetadataSource searchMapping(JdbcTemplate jdbc) {
			return new Metadata("mapping", "1", MetadataSource.Phase.BEFORE_MIGRATIONS);
		}

	}

	static class InTime {

		@Bean
		MetadataSource searchMapping(JdbcTemplate jdbc) {
			return new Metadata("mapping", "1", MetadataSource.Phase.AFTER_MIGRATIONS);
		}

	}

}
