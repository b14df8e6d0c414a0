package dev.startgate.deferral;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import dev.startgate.GateOpenedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code @Scheduled} methods.
 */
class ScheduledTests {

	@Test
	void withoutStartgateTheMethodIsCalledTooEarly() {
		try (HeldApplication application = HeldApplication.without(Application.class)) {
			application.awaitCalls(1);
			assertThat(application.calls().early()).containsExactly("tick");
			assertThat(application.hold().asked()).isZero();
		}
	}

	/**
	 * The refresh event of a separate management context reaches the application, too.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "management.server.port=", "management.server.port=0" })
	void methodIsCalledOnceTheGateIsOpen(String management) {
		try (HeldApplication application = HeldApplication.with(Application.class, management)) {
			application.awaitHeld();
			assertThat(application.calls().all()).isEmpty();
			application.release();
			application.awaitCalls(1);
			assertThat(application.calls().all()).containsExactly("tick");
			assertThat(application.calls().early()).isEmpty();
		}
	}

	/**
	 * At a fixed rate, the n-th call comes at least n - 1 periods after the first. Calls
	 * that make up for missed ones come sooner.
	 */
	@Test
	void callsThatWereMissedAreNotMadeUpFor() {
		try (SmallApplication application = new SmallApplication(Frequent.class).start()) {
			application.awaitCalls(Frequent.CALLS);
			assertThat(application.calls().early()).isEmpty();
			Frequent frequent = application.bean(Frequent.class);
			assertThat(Duration.ofNanos(frequent.last - frequent.opened))
				.isGreaterThanOrEqualTo(Duration.ofMillis((Frequent.CALLS - 1) * Frequent.PERIOD));
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableScheduling
	record Application(Calls calls) {

		@Scheduled(fixedRate = 1, timeUnit = TimeUnit.HOURS)
		void tick() {
			this.calls.add("tick");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Frequent {

		private static final int PERIOD = 100;

		private static final int CALLS = 4;

		private final Calls calls;

		private volatile long opened;

		private volatile long last;

		Frequent(Calls calls) {
			this.calls = calls;
		}

		@EventListener(GateOpenedEvent.class)
		void opened() {
			this.opened = System.nanoTime();
		}

		@Scheduled(fixedRate = PERIOD)
		void tick() {
			if (this.calls.all().size() < CALLS) {
				this.last = System.nanoTime();
				this.calls.add("tick");
			}
		}

	}

}
