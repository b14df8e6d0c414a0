package dev.startgate.deferral;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.EnableKafkaStreams;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.context.EmbeddedKafka;
import org.springframework.kafka.test.utils.KafkaTestUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code @KafkaListener} methods and Kafka Streams, on an embedded broker.
 */
@Tag("long")
@EmbeddedKafka(partitions = 1, brokerProperties = "group.initial.rebalance.delay.ms=0")
class KafkaListenerTests extends AbstractListenerTests {

	@TempDir
	private Path directory;

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

	@Test
	void withoutStartgateBatchesAndStreamsBeginTooEarly() {
		send("first");
		try (SmallApplication application = new SmallApplication(BatchesAndStreams.class)
			.startWithout(streamProperties())) {
			application.awaitCalls(2);
			assertThat(application.calls().early()).containsExactlyInAnyOrder("batch [first]", "stream first");
			assertThat(application.hold().asked()).isZero();
		}
	}

	@Test
	void batchesAndStreamsBeginOnceTheGateIsOpen() {
		send("first");
		try (SmallApplication application = new SmallApplication(BatchesAndStreams.class).start(streamProperties())) {
			application.awaitCalls(2);
			assertThat(application.calls().all()).containsExactlyInAnyOrder("batch [first]", "stream first");
			assertThat(application.calls().early()).isEmpty();
		}
	}

	private String[] streamProperties() {
		return Stream.concat(Arrays.stream(properties()),
				Stream.of("spring.kafka.streams.application-id=streams-" + this.destination,
						"spring.kafka.streams.state-dir=" + this.directory))
			.toArray(String[]::new);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	record Application(Calls calls) {

		@KafkaListener(id = "parcels", idIsGroup = false, topics = "${test.topic}")
		void hear(String message) {
			this.calls.add(message);
		}

		@KafkaListener(id = "stopped", idIsGroup = false, topics = "${test.topic}", autoStartup = "false")
		void hearNothing(String message) {
			this.calls.add("not to be heard: " + message);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(KafkaAutoConfiguration.class)
	@EnableKafkaStreams
	record BatchesAndStreams(Calls calls) {

		@KafkaListener(topics = "${test.topic}", batch = "true")
		void hear(List<String> messages) {
			this.calls.add("batch " + messages);
		}

		@Bean
		KStream<Integer, String> stream(StreamsBuilder builder, @Value("${test.topic}") String topic) {
			KStream<Integer, String> stream = builder.stream(topic, Consumed.with(Serdes.Integer(), Serdes.String()));
			stream.foreach((key, message) -> this.calls.add("stream " + message));
			return stream;
		}

	}

}
