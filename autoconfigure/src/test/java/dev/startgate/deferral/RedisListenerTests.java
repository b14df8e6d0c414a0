package dev.startgate.deferral;

import java.io.IOException;
import java.util.LongSummaryStatistics;

import dev.startgate.SettleCondition;
import dev.startgate.Settlement;
import dev.startgate.testing.Condition;
import dev.startgate.testing.FreePort;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisServer;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A listener container of Spring Data Redis, on an embedded Redis.
 */
class RedisListenerTests {

	private static final String CHANNEL = "parcels";

	private static RedisServer server;

	private static int port;

	@BeforeAll
	static void startServer() throws IOException {
		port = FreePort.next();
		server = RedisServer.newRedisServer().port(port).setting("save \"\"").build();
		server.start();
	}

	@AfterAll
	static void stopServer() throws IOException {
		server.stop();
	}

	@Test
	void withoutStartgateTheMessageIsDeliveredTooEarly() {
		try (SmallApplication application = new SmallApplication(Application.class).startWithout("test.port=" + port)) {
			assertThat(publish(application.bean(StringRedisTemplate.class))).isOne();
			application.awaitCalls(1);
			assertThat(application.calls().early()).containsExactly("message");
			assertThat(application.bean(LongSummaryStatistics.class).getSum()).isZero();
		}
	}

	@Test
	void messageIsDeliveredOnceTheGateIsOpen() {
		try (SmallApplication application = new SmallApplication(Application.class).start("test.port=" + port)) {
			assertThat(application.bean(LongSummaryStatistics.class).getCount()).isPositive();
			assertThat(application.bean(LongSummaryStatistics.class).getSum()).isZero();
			assertThat(publish(application.bean(StringRedisTemplate.class))).isOne();
			application.awaitCalls(1);
			assertThat(application.calls().all()).containsExactly("message");
			assertThat(application.calls().early()).isEmpty();
			assertThat(application.context().getBean("stopped", RedisMessageListenerContainer.class).isRunning())
				.isFalse();
		}
	}

	private static long publish(StringRedisTemplate template) {
		return template.convertAndSend(CHANNEL, "message");
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		LettuceConnectionFactory connections(@Value("${test.port}") int port) {
			return new LettuceConnectionFactory("localhost", port);
		}

		@Bean
		StringRedisTemplate template(RedisConnectionFactory connections) {
			return new StringRedisTemplate(connections);
		}

		@Bean
		RedisMessageListenerContainer parcels(RedisConnectionFactory connections, Calls calls) {
			RedisMessageListenerContainer container = new RedisMessageListenerContainer();
			container.setConnectionFactory(connections);
			container.addMessageListener((message, pattern) -> calls.add(new String(message.getBody())),
					new ChannelTopic(CHANNEL));
			return container;
		}

		@Bean
		RedisMessageListenerContainer stopped(RedisConnectionFactory connections, Calls calls) {
			RedisMessageListenerContainer container = new RedisMessageListenerContainer();
			container.setConnectionFactory(connections);
			container.setAutoStartup(false);
			container.addMessageListener((message, pattern) -> calls.add("not to be heard"), new ChannelTopic(CHANNEL));
			return container;
		}

		@Bean
		LongSummaryStatistics receivers() {
			return new LongSummaryStatistics();
		}

		/**
		 * Publishes while the gate is closed, and counts the receivers.
		 */
		@Bean
		SettleCondition publisher(StringRedisTemplate template, LongSummaryStatistics receivers) {
			return new Condition("publisher", () -> {
				receivers.accept(publish(template));
				return Settlement.done();
			});
		}

	}

}
