package dev.startgate.deferral;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.context.EmbeddedKafka;
import org.springframework.kafka.test.utils.KafkaTestUtils;

/**
 * {@code @KafkaListener} methods, on an embedded broker.
 */
@EmbeddedKafka(partitions = 1, brokerProperties = "group.initial.rebalance.delay.ms=0")
class KafkaListenerTests extends AbstractListenerTests {

	private final EmbeddedKafkaBroker broker;

	KafkaListenerTests(EmbeddedKafkaBroker broker) {
		super(Application.class);
		this.broker = broker;
	}

	@Override
	void send(String message) {
		DefaultKafkaProducerFactory<Integer, String> producers = new DefaultKafkaProducerFactory<>(
				KafkaTestUtils.producerProps(this.broker));
		new KafkaTemplate<>(producers).send(this.destination, message).join();
		producers.destroy();
	}

	@Override
	String[] properties() {
		return new String[] { "test.topic=" + this.destination,
				"spring.kafka.bootstrap-servers=" + this.broker.getBrokersAsString(),
				"spring.kafka.consumer.group-id=" + this.destination,
				"spring.kafka.consumer.auto-offset-reset=earliest" };
	}

	@Override
	boolean isRunning(HeldApplication application, String container) {
		return application.bean(KafkaListenerEndpointRegistry.class).getListenerContainer(container).isRunning();
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
