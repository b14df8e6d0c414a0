package dev.startgate.deferral;

import org.junit.jupiter.api.Test;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link ApplicationRunner} and {@link CommandLineRunner} beans.
 */
class RunnerTests {

	@Test
	void withoutStartgateRunnersRunTooEarly() {
		try (HeldApplication application = HeldApplication.without(Application.class)) {
			application.awaitCalls(2);
			assertThat(application.calls().early()).containsExactlyInAnyOrder("application", "command line");
			assertThat(application.hold().asked()).isZero();
		}
	}

	@Test
	void runnersRunOnceTheGateIsOpen() {
		try (HeldApplication application = HeldApplication.with(Application.class)) {
			application.awaitHeld();
			assertThat(application.calls().all()).isEmpty();
			application.release();
			assertThat(application.calls().all()).containsExactlyInAnyOrder("application", "command line");
			assertThat(application.calls().early()).isEmpty();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		ApplicationRunner applicationRunner(Calls calls) {
			return (arguments) -> calls.add("application");
		}

		@Bean
		CommandLineRunner commandLineRunner(Calls calls) {
			return (arguments) -> calls.add("command line");
		}

	}

}
