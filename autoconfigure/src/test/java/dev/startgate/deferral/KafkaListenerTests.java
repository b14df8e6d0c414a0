package dev.startgate.deferral;

import java.util.UUID;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.context.EmbeddedKafka;
import org.springframework.kafka.test.utils.KafkaTestUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code @KafkaListener} methods, on an embedded broker.
 */
@EmbeddedKafka(partitions = 1, brokerProperties = "group.initial.rebalance.delay.ms=0")
class KafkaListenerTests {

	private final EmbeddedKafkaBroker broker;

	private final String topic = "parcels-" + UUID.randomUUID();

	KafkaListenerTests(EmbeddedKafkaBroker broker) {
		this.broker = broker;
	}

	@Test
	void withoutStartgateTheMessageIsDeliveredTooEarly() {
		send("first");
		try (HeldApplication application = HeldApplication.without(Application.class, properties())) {
			application.awaitCalls(1);
			assertThat(application.calls().early()).containsExactly("first");
			assertThat(application.hold().asked()).isZero();
		}
	}

	@Test
	void messageIsDeliveredOnceTheGateIsOpen() {
		send("first");
		try (HeldApplication application = HeldApplication.with(Application.class, properties())) {
			application.awaitHeld();
			assertThat(application.calls().all()).isEmpty();
			assertThat(isRunning(application, "parcels")).isFalse();
			application.release();
			send("second");
			application.awaitCalls(2);
			assertThat(application.calls().all()).containsExactly("first", "second");
			assertThat(application.calls().early()).isEmpty();
		}
	}

	@Test
	void containerThatIsNotToStartStaysStopped() {
		try (HeldApplication application = HeldApplication.with(Application.class, properties())) {
			application.release();
			assertThat(isRunning(application, "parcels")).isTrue();
			assertThat(isRunning(application, "stopped")).isFalse();
		}
	}

	private static boolean isRunning(HeldApplication application, String id) {
		return application.bean(KafkaListenerEndpointRegistry.class).getListenerContainer(id).isRunning();
	}

	private void send(String message) {
		DefaultKafkaProducerFactory<Integer, String> producers = new DefaultKafkaProducerFactory<>(
				KafkaTestUtils.producerProps(this.broker));
		new KafkaTemplate<>(producers).send(this.topic, message).join();
		producers.destroy();
	}

	private String[] properties() {
		return new String[] { "test.topic=" + this.topic,
				"spring.kafka.bootstrap-servers=" + this.broker.getBrokersAsString(),
				"spring.kafka.consumer.group-id=" + this.topic, "spring.kafka.consumer.auto-offset-reset=earliest" };
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		private final Calls calls;

		Application(Calls calls) {
			this.calls = calls;
		}

		@KafkaListener(id = "parcels", idIsGroup = false, topics = "${test.topic}")
		void hear(String message) {
			this.calls.add(message);
		}

		@KafkaListener(id = "stopped", idIsGroup = false, topics = "${test.topic}", autoStartup = "false")
		void hearNothing(String message) {
			this.calls.add("not to be heard: " + message);
		}

	}

}
