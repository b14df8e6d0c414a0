package dev.startgate.deferral;

import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueInformation;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * {@code @RabbitListener} methods, on a RabbitMQ that is installed on this machine.
 */
class RabbitListenerTests {

	@TempDir
	static Path home;

	private static RabbitServer server;

	private static CachingConnectionFactory connections;

	private final String queue = "parcels-" + UUID.randomUUID();

	@BeforeAll
	static void startServer() throws Exception {
		Optional<Path> script = RabbitServer.script();
		if (script.isPresent()) {
			server = RabbitServer.start(script.get(), home);
			connections = new CachingConnectionFactory("127.0.0.1", server.port());
		}
	}

	@BeforeEach
	void declareQueue() {
		assumeTrue(server != null, "There is no embedded RabbitMQ, and no 'rabbitmq-server' on the PATH");
		new RabbitAdmin(connections).declareQueue(new Queue(this.queue));
	}

	@AfterAll
	static void stopServer() throws Exception {
		if (server != null) {
			connections.destroy();
			server.close();
		}
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
			QueueInformation waiting = new RabbitAdmin(connections).getQueueInfo(this.queue);
			assertThat(waiting.getConsumerCount()).isZero();
			assertThat(waiting.getMessageCount()).isEqualTo(1);
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
			RabbitListenerEndpointRegistry registry = application.bean(RabbitListenerEndpointRegistry.class);
			assertThat(registry.getListenerContainer("parcels").isRunning()).isTrue();
			assertThat(registry.getListenerContainer("stopped").isRunning()).isFalse();
		}
	}

	private void send(String message) {
		new RabbitTemplate(connections).convertAndSend(this.queue, message);
	}

	private String[] properties() {
		return new String[] { "test.queue=" + this.queue, "spring.rabbitmq.host=127.0.0.1",
				"spring.rabbitmq.port=" + server.port() };
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		private final Calls calls;

		Application(Calls calls) {
			this.calls = calls;
		}

		@RabbitListener(id = "parcels", queues = "${test.queue}")
		void hear(String message) {
			this.calls.add(message);
		}

		@RabbitListener(id = "stopped", queues = "${test.queue}", autoStartup = "false")
		void hearNothing(String message) {
			this.calls.add("not to be heard: " + message);
		}

	}

}
