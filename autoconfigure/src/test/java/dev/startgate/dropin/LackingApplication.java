package dev.startgate.dropin;

import java.sql.Connection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;

import dev.startgate.Precondition;
import dev.startgate.SettleCondition;
import dev.startgate.Settlement;
import dev.startgate.StartupGate;
import dev.startgate.probe.Answer;
import dev.startgate.testing.Condition;
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
 * An application that lacks libraries. It runs in a class loader of its own, and
 * exchanges only types of the JDK with the test.
 */
public final class LackingApplication {

	private LackingApplication() {
	}

	/**
	 * Start and stop.
	 * @param properties its properties
	 * @return the names of Startgate's beans, and the answers to requests and probes
	 * before the gate was open
	 */
	public static Set<String> start(String... properties) {
		SpringApplication application = new SpringApplication(Application.class, Early.class);
		// the hook would keep the class loader for ever
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
			return new Condition("request", () -> {
				Integer port = environment.getProperty("local.server.port", Integer.class);
				if (port != null) {
					found.what.add("answer " + Answer.get(port, "/parcels").status());
				}
				return Settlement.done();
			});
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
						Awaitility.await().until(() -> Answer.get(port, "/actuator/health/liveness").status() == 200);
						found.what.add("probe 200");
					}
					return List.of();
				}

			};
		}

	}

}
