package dev.startgate.dropin;

import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.sql.Connection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;

import dev.startgate.Precondition;
import dev.startgate.SettleCondition;
import dev.startgate.Settlement;
import dev.startgate.StartupGate;
import org.awaitility.Awaitility;
import org.flywaydb.core.api.MigrationInfo;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * An application that lacks libraries. It runs in a class loader of its own, and speaks
 * to the test in types of the JDK.
 */
public final class LackingApplication {

	private LackingApplication() {
	}

	/**
	 * Start and stop.
	 * @param properties its properties
	 * @return the names of Startgate's beans, and what requests got before the gate was
	 * open
	 */
	public static Set<String> start(String... properties) {
		SpringApplication application = new SpringApplication(Application.class, Early.class);
		// it would keep the class loader for ever
		application.setRegisterShutdownHook(false);
		try (ConfigurableApplicationContext context = application
			.run(Stream.of(properties).map((property) -> "--" + property).toArray(String[]::new))) {
			Set<String> found = context.getBean(Found.class).what;
			Stream.of(context.getBeanDefinitionNames())
				.filter((name) -> name.matches("startgate\\w+"))
				.forEach(found::add);
			found.add("open " + context.getBean(StartupGate.class).isOpen());
			return found;
		}
	}

	private static int status(int port, String path) throws IOException {
		HttpURLConnection connection = (HttpURLConnection) URI.create("http://localhost:" + port + path)
			.toURL()
			.openConnection();
		connection.setConnectTimeout(20_000);
		connection.setReadTimeout(20_000);
		try {
			return connection.getResponseCode();
		}
		catch (ConnectException ex) {
			return 0;
		}
	}

	private record Found(Set<String> what) {
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Found found() {
			return new Found(new ConcurrentSkipListSet<>());
		}

		@Bean
		SettleCondition request(Found found, Environment environment) {
			return new SettleCondition() {

				@Override
				public String name() {
					return "request";
				}

				@Override
				public Settlement settled() throws IOException {
					Integer port = environment.getProperty("local.server.port", Integer.class);
					if (port != null) {
						found.what.add("answer " + status(port, "/parcels"));
					}
					return Settlement.done();
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "org.flywaydb.core.api.MigrationInfo")
	static class Early {

		@Bean
		Precondition probe(Found found, Environment environment, BeanFactory beanFactory) {
			return new Precondition() {

				@Override
				public String name() {
					return "probe";
				}

				@Override
				public List<String> violations(Connection connection, List<MigrationInfo> pending) {
					if (beanFactory.containsBean("startgateEarlyProbes")) {
						int port = environment.getRequiredProperty("server.port", Integer.class);
						Awaitility.await().until(() -> status(port, "/actuator/health/liveness") == 200);
						found.what.add("probe 200");
					}
					return List.of();
				}

			};
		}

	}

}
