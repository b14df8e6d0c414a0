package dev.startgate.deferral;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
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
	 * A management context of its own announces its refresh to the application, too.
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

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableScheduling
	static class Application {

		private final Calls calls;

		Application(Calls calls) {
			this.calls = calls;
		}

		@Scheduled(fixedRate = 1, timeUnit = TimeUnit.HOURS)
		void tick() {
			this.calls.add("tick");
		}

	}

}
