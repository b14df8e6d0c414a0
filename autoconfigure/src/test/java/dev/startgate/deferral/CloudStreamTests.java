package dev.startgate.deferral;

import java.util.function.Consumer;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.cloud.function.cloudevent.CloudEventsFunctionExtensionConfiguration;
import org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration;
import org.springframework.cloud.stream.binder.test.InputDestination;
import org.springframework.cloud.stream.binder.test.TestChannelBinderConfiguration;
import org.springframework.cloud.stream.binding.InputBindingLifecycle;
import org.springframework.cloud.stream.config.BindingServiceConfiguration;
import org.springframework.cloud.stream.function.FunctionConfiguration;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.support.GenericMessage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Inputs and reactive sources of Spring Cloud Stream, with its test binder. Their phase
 * is before that of the web server.
 */
class CloudStreamTests {

	private static final String[] PROPERTIES = { "spring.cloud.function.definition=hear",
			"spring.cloud.stream.bindings.hear-in-0.destination=parcels" };

	private static final String[] REACTIVE = { "spring.cloud.function.definition=tell" };

	@Test
	void withoutStartgateTheInputIsBoundTooEarly() {
		try (SmallApplication application = new SmallApplication(Application.class).startWithout(PROPERTIES)) {
			send(application);
			assertThat(application.calls().early()).containsExactly("bound", "message");
			assertThat(application.hold().asked()).isZero();
		}
	}

	@Test
	void inputIsBoundOnceTheGateIsOpen() {
		try (SmallApplication application = new SmallApplication(Application.class).start(PROPERTIES)) {
			assertThat(application.calls().all()).containsExactly("not bound");
			assertThat(application.bean(InputBindingLifecycle.class).isRunning()).isTrue();
			send(application);
			assertThat(application.calls().all()).containsExactly("not bound", "message");
			assertThat(application.calls().early()).containsExactly("not bound");
		}
	}

	@Test
	void withoutStartgateAReactiveSourceBeginsTooEarly() {
		try (SmallApplication application = new SmallApplication(Application.class).startWithout(REACTIVE)) {
			application.awaitCalls(2);
			assertThat(application.calls().early()).containsExactly("bound", "told");
		}
	}

	@Test
	void aReactiveSourceBeginsOnceTheGateIsOpen() {
		try (SmallApplication application = new SmallApplication(Application.class).start(REACTIVE)) {
			application.awaitCalls(2);
			assertThat(application.calls().all()).containsExactly("not bound", "told");
			assertThat(application.calls().early()).containsExactly("not bound");
		}
	}

	private static void send(SmallApplication application) {
		application.bean(InputDestination.class).send(new GenericMessage<>("message".getBytes()), "parcels");
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ JacksonAutoConfiguration.class, ContextFunctionCatalogAutoConfiguration.class,
			CloudEventsFunctionExtensionConfiguration.class, TestChannelBinderConfiguration.class,
			BindingServiceConfiguration.class, FunctionConfiguration.class })
	static class Application {

		@Bean
		Consumer<String> hear(Calls calls) {
			return calls::add;
		}

		@Bean
		Supplier<Flux<String>> tell(Calls calls) {
			return () -> Flux.just("message").doOnNext((message) -> calls.add("told"));
		}

		/**
		 * Starts after the phase of the inputs, and notes whether they are bound.
		 */
		@Bean
		SmartLifecycle look(Calls calls, ObjectProvider<InputBindingLifecycle> inputs) {
			return new RecordedLifecycle(calls, SmartLifecycle.DEFAULT_PHASE - 2900,
					() -> inputs.getObject().isRunning() ? "bound" : "not bound");
		}

	}

}
