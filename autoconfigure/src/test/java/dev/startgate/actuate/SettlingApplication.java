package dev.startgate.actuate;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.startgate.SettleCondition;
import dev.startgate.Settlement;
import dev.startgate.testing.WebModules;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/**
 * A web application, started in a thread of its own, with a condition that is met once
 * the test says so.
 */
final class SettlingApplication implements AutoCloseable {

	private final CountDownLatch settled = new CountDownLatch(1);

	private final CompletableFuture<String> port = new CompletableFuture<>();

	private final CompletableFuture<ConfigurableApplicationContext> started;

	private SettlingApplication(WebApplicationType type, Stream<String> properties) {
		String[] arguments = Stream
			.concat(properties,
					Stream.of("server.port=0", "spring.datasource.generate-unique-name=true",
							"spring.flyway.locations=classpath:db/jpa", "startgate.metadata.poll-interval=10ms"))
			.map((property) -> "--" + property)
			.toArray(String[]::new);
		this.started = CompletableFuture.supplyAsync(() -> new SpringApplicationBuilder(Web.class).web(type)
			.initializers((context) -> context.getBeanFactory().registerSingleton("settling", this))
			.run(arguments));
		this.started.whenComplete((context, failure) -> this.port.complete("0"));
	}

	static SettlingApplication start(WebApplicationType type, List<String> properties) {
		return new SettlingApplication(type, properties.stream());
	}

	/**
	 * Return the base URL, once the condition has been asked.
	 */
	String base() throws Exception {
		return "http://localhost:" + this.port.get(120, TimeUnit.SECONDS);
	}

	/**
	 * Let the condition be met, and wait for the end of the start.
	 */
	ConfigurableApplicationContext settle() throws Exception {
		this.settled.countDown();
		return this.started.get(120, TimeUnit.SECONDS);
	}

	@Override
	public void close() throws Exception {
		settle().close();
	}

	@Configuration(proxyBeanMethods = false)
	@Import(WebModules.class)
	static class Web {

		@Bean
		SettleCondition shards(SettlingApplication settling, Environment environment) {
			return new SettleCondition() {

				@Override
				public String name() {
					return "<b>shards</b>";
				}

				@Override
				public Settlement settled() {
					settling.port.complete(environment.getProperty("local.server.port"));
					return (settling.settled.getCount() == 0) ? Settlement.done()
							: Settlement.notYet("the last & shard");
				}

			};
		}

	}

}
