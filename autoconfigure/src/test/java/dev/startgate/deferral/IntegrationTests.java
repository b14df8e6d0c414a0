package dev.startgate.deferral;

import dev.startgate.testing.Started;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.annotation.InboundChannelAdapter;
import org.springframework.integration.annotation.Poller;
import org.springframework.integration.annotation.Reactive;
import org.springframework.integration.annotation.ServiceActivator;
import org.springframework.integration.channel.FluxMessageChannel;
import org.springframework.integration.channel.QueueChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.core.MessageSource;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.dsl.Pollers;
import org.springframework.integration.endpoint.MessageProducerSupport;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pollers, publishers and inbound adapters of Spring Integration, whose phase is long
 * before that of the gate.
 */
class IntegrationTests {

	private static final String ONCE = "3600000";

	private static final String[] ALL = { "adapter", "source of a flow", "annotated source", "queued message",
			"published message", "transformed message", "message of a reactive queue" };

	@Test
	void withoutStartgateTheyBeginTooEarly() {
		try (SmallApplication application = new SmallApplication(Application.class).startWithout()) {
			application.awaitCalls(ALL.length);
			assertThat(application.calls().early()).containsExactlyInAnyOrder(ALL);
			assertThat(application.hold().asked()).isZero();
		}
	}

	@Test
	void theyBeginOnceTheGateIsOpen() {
		try (SmallApplication application = new SmallApplication(Application.class).start()) {
			application.awaitCalls(ALL.length);
			assertThat(application.calls().all()).containsExactlyInAnyOrder(ALL);
			assertThat(application.calls().early()).isEmpty();
			assertThat(application.context().getBean("stopped", MessageProducerSupport.class).isRunning()).isFalse();
		}
	}

	@Test
	void oneThatIsExemptBeginsBefore() {
		try (SmallApplication application = new SmallApplication(Application.class)
			.start("startgate.defer.exempt=adapter")) {
			application.awaitCalls(ALL.length);
			assertThat(application.calls().early()).containsExactly("adapter");
		}
	}

	@Test
	void aReactiveChannelWithoutASourceTakesMessagesBefore() {
		try (SmallApplication application = new SmallApplication(Application.class, WithinTheProcess.class).start()) {
			assertThat(application.calls().early()).containsExactly("within the process");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	record Application(Calls calls) {

		@Bean
		QueueChannel queue() {
			QueueChannel queue = new QueueChannel();
			queue.send(new GenericMessage<>("queued message"));
			return queue;
		}

		@ServiceActivator(inputChannel = "queue", poller = @Poller(fixedDelay = ONCE))
		void handle(String message) {
			this.calls.add(message);
		}

		@InboundChannelAdapter(channel = "nullChannel", poller = @Poller(fixedDelay = ONCE))
		Message<String> source() {
			this.calls.add("annotated source");
			return null;
		}

		@Bean
		IntegrationFlow flow() {
			return IntegrationFlow.from((MessageSource<String>) () -> {
				this.calls.add("source of a flow");
				return null;
			}, (endpoint) -> endpoint.poller(Pollers.fixedDelay(Long.parseLong(ONCE)))).nullChannel();
		}

		@Bean
		IntegrationFlow published() {
			return IntegrationFlow.from(Mono.just(new GenericMessage<>("published message")))
				.handle((message) -> handle((String) message.getPayload()))
				.get();
		}

		@Bean
		IntegrationFlow transformed() {
			return IntegrationFlow.from(Mono.just(new GenericMessage<>("transformed message")))
				.fluxTransform((messages) -> messages.map(Message::getPayload))
				.handle((message) -> handle((String) message.getPayload()))
				.get();
		}

		@Bean
		QueueChannel reactiveQueue() {
			QueueChannel queue = new QueueChannel();
			queue.send(new GenericMessage<>("message of a reactive queue"));
			return queue;
		}

		@ServiceActivator(inputChannel = "reactiveQueue", reactive = @Reactive)
		void handleReactively(String message) {
			this.calls.add(message);
		}

		@Bean
		MessageProducerSupport adapter() {
			return new InboundAdapter("adapter");
		}

		@Bean
		MessageProducerSupport stopped() {
			InboundAdapter adapter = new InboundAdapter("not to be heard");
			adapter.setAutoStartup(false);
			return adapter;
		}

		/**
		 * Receives what the adapter brings, and is ready by then.
		 */
		@ServiceActivator(inputChannel = "brought")
		void hear(String message) {
			this.calls.add(message);
		}

	}

	@Configuration(proxyBeanMethods = false)
	record WithinTheProcess(Calls calls) {

		@Bean
		FluxMessageChannel reactiveChannel() {
			return new FluxMessageChannel();
		}

		@ServiceActivator(inputChannel = "reactiveChannel")
		void handle(String message) {
			this.calls.add(message);
		}

		@Bean
		SmartLifecycle sender(FluxMessageChannel reactiveChannel) {
			return new Started(1, () -> reactiveChannel.send(new GenericMessage<>("within the process")));
		}

	}

	/**
	 * Brings one message when it starts.
	 */
	static class InboundAdapter extends MessageProducerSupport {

		private final String message;

		InboundAdapter(String message) {
			this.message = message;
			setOutputChannelName("brought");
		}

		@Override
		protected void doStart() {
			sendMessage(new GenericMessage<>(this.message));
		}

	}

}
