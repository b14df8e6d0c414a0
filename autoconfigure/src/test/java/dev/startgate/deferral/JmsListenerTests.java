package dev.startgate.deferral;

import java.util.UUID;

import jakarta.jms.ConnectionFactory;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.config.JmsListenerEndpointRegistry;
import org.springframework.jms.core.JmsTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code @JmsListener} methods, on an embedded Artemis.
 */
class JmsListenerTests {

	private static final String URL = "vm://0";

	private static final EmbeddedActiveMQ broker = new EmbeddedActiveMQ();

	private final String queue = "parcels-" + UUID.randomUUID();

	private final String[] properties = { "test.queue=" + this.queue, "spring.jms.listener.receive-timeout=100ms" };

	@BeforeAll
	static void startBroker() throws Exception {
		broker.setConfiguration(new ConfigurationImpl().setPersistenceEnabled(false)
			.setSecurityEnabled(false)
			.addAcceptorConfiguration("in-vm", URL));
		broker.start();
	}

	@AfterAll
	static void stopBroker() throws Exception {
		broker.stop();
	}

	@Test
	void withoutStartgateTheMessageIsDeliveredTooEarly() {
		send("first");
		try (HeldApplication application = HeldApplication.without(Application.class, this.properties)) {
			application.awaitCalls(1);
			assertThat(application.calls().early()).containsExactly("first");
			assertThat(application.hold().asked()).isZero();
		}
	}

	@Test
	void messageIsDeliveredOnceTheGateIsOpen() {
		send("first");
		try (HeldApplication application = HeldApplication.with(Application.class, this.properties)) {
			application.awaitHeld();
			Queue waiting = broker.getActiveMQServer().locateQueue(this.queue);
			assertThat(waiting.getConsumerCount()).isZero();
			assertThat(waiting.getMessageCount()).isEqualTo(1);
			assertThat(application.calls().all()).isEmpty();
			application.release();
			send("second");
			application.awaitCalls(2);
			assertThat(application.calls().all()).containsExactly("first", "second");
			assertThat(application.calls().early()).isEmpty();
		}
	}

	@Test
	void containerThatIsNotToStartStaysStopped() {
		try (HeldApplication application = HeldApplication.with(Application.class, "test.queue=" + this.queue,
				"spring.jms.listener.auto-startup=false")) {
			application.release();
			assertThat(application.bean(JmsListenerEndpointRegistry.class).getListenerContainer("parcels")).isNotNull()
				.matches((container) -> !container.isRunning(), "is stopped");
		}
	}

	private void send(String message) {
		try (ActiveMQConnectionFactory connections = new ActiveMQConnectionFactory(URL)) {
			new JmsTemplate(connections).convertAndSend(this.queue, message);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		private final Calls calls;

		Application(Calls calls) {
			this.calls = calls;
		}

		@Bean
		static ConnectionFactory connectionFactory() {
			return new ActiveMQConnectionFactory(URL);
		}

		@JmsListener(id = "parcels", destination = "${test.queue}")
		void hear(String message) {
			this.calls.add(message);
		}

	}

}
