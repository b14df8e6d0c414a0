package dev.startgate.deferral;

import jakarta.jms.ConnectionFactory;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.config.DefaultJmsListenerContainerFactory;
import org.springframework.jms.config.JmsListenerEndpointRegistry;
import org.springframework.jms.core.JmsTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code @JmsListener} methods, on an embedded Artemis.
 */
class JmsListenerTests extends AbstractListenerTests {

	private static final String URL = "vm://0";

	private static final EmbeddedActiveMQ broker = new EmbeddedActiveMQ();

	JmsListenerTests() {
		super(Application.class);
	}

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

	@Override
	void send(String message) {
		try (ActiveMQConnectionFactory connections = new ActiveMQConnectionFactory(URL)) {
			new JmsTemplate(connections).convertAndSend(this.destination, message);
		}
	}

	@Override
	String[] properties() {
		return new String[] { "test.queue=" + this.destination, "spring.jms.listener.receive-timeout=100ms" };
	}

	@Override
	boolean isRunning(HeldApplication application, String container) {
		return application.bean(JmsListenerEndpointRegistry.class).getListenerContainer(container).isRunning();
	}

	@Override
	void checkThatFirstMessageWaits() {
		Queue queue = broker.getActiveMQServer().locateQueue(this.destination);
		assertThat(queue.getConsumerCount()).isZero();
		assertThat(queue.getMessageCount()).isEqualTo(1);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	record Application(Calls calls) {

		@Bean
		static ActiveMQConnectionFactory connectionFactory() {
			return new ActiveMQConnectionFactory(URL);
		}

		@Bean
		static DefaultJmsListenerContainerFactory stoppedContainerFactory(ConnectionFactory connectionFactory) {
			DefaultJmsListenerContainerFactory factory = new DefaultJmsListenerContainerFactory();
			factory.setConnectionFactory(connectionFactory);
			factory.setAutoStartup(false);
			return factory;
		}

		@JmsListener(id = "parcels", destination = "${test.queue}")
		void hear(String message) {
			this.calls.add(message);
		}

		@JmsListener(id = "stopped", destination = "${test.queue}", containerFactory = "stoppedContainerFactory")
		void hearNothing(String message) {
			this.calls.add("not to be heard: " + message);
		}

	}

}
