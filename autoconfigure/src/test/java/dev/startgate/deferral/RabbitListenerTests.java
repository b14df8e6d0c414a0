package dev.startgate.deferral;

import java.nio.file.Path;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
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
class RabbitListenerTests extends AbstractListenerTests {

	@TempDir
	static Path home;

	private static RabbitServer server;

	private static CachingConnectionFactory connections;

	RabbitListenerTests() {
		super(Application.class);
	}

	@BeforeAll
	static void startServer() throws Exception {
		if (RabbitServer.isInstalled()) {
			server = RabbitServer.start(home);
			connections = new CachingConnectionFactory("127.0.0.1", server.port());
		}
	}

	@AfterAll
	static void stopServer() throws Exception {
		if (server != null) {
			connections.destroy();
			server.close();
		}
	}

	@BeforeEach
	void declareQueue() {
		assumeTrue(server != null, "There is no embedded RabbitMQ, and no 'rabbitmq-server' on the PATH");
		new RabbitAdmin(connections).declareQueue(new Queue(this.destination));
	}

	@Override
	void send(String message) {
		new RabbitTemplate(connections).convertAndSend(this.destination, message);
	}

	@Override
	String[] properties() {
		return new String[] { "test.queue=" + this.destination, "spring.rabbitmq.host=127.0.0.1",
				"spring.rabbitmq.port=" + server.port() };
	}

	@Override
	boolean isRunning(HeldApplication application, String container) {
		return application.bean(RabbitListenerEndpointRegistry.class).getListenerContainer(container).isRunning();
	}

	@Override
	void checkThatFirstMessageWaits() {
		QueueInformation queue = new RabbitAdmin(connections).getQueueInfo(this.destination);
		assertThat(queue.getConsumerCount()).isZero();
		assertThat(queue.getMessageCount()).isEqualTo(1);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	record Application(Calls calls) {

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
