package dev.startgate.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import dev.startgate.StartupGate;
import dev.startgate.web.RejectingFilter;
import dev.startgate.web.RejectingWebFilter;
import dev.startgate.web.Rejection;
import jakarta.servlet.Filter;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.server.WebFilter;

/**
 * Auto-configuration that turns requests away until the gate is open, where that is asked
 * for.
 */
@AutoConfiguration(after = StartgateAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnBooleanProperty(name = "startgate.enabled", matchIfMissing = true)
public final class StartgateWebAutoConfiguration {

	private static final boolean ACTUATOR = ClassUtils.isPresent(
			"org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints",
			StartgateWebAutoConfiguration.class.getClassLoader());

	private static Rejection rejection(StartgateProperties properties, StartupGate gate, BeanFactory beanFactory) {
		WebProperties web = properties.web();
		boolean rejects = Objects.requireNonNullElse(web.rejectUntilOpen(),
				properties.timing() == Timing.AFTER_WEB_SERVER);
		Supplier<List<String>> management = () -> ACTUATOR ? ManagementPaths.of(beanFactory) : List.of();
		return new Rejection(gate, rejects, web.exemptPaths(), management);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Filter.class, OncePerRequestFilter.class })
	@ConditionalOnWebApplication(type = Type.SERVLET)
	static class ServletConfiguration {

		@Bean
		RejectingFilter startgateRejectingFilter(StartgateProperties properties, StartupGate gate,
				BeanFactory beanFactory) {
			return new RejectingFilter(rejection(properties, gate, beanFactory));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ WebFilter.class, Mono.class })
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	static class ReactiveConfiguration {

		@Bean
		RejectingWebFilter startgateRejectingWebFilter(StartgateProperties properties, StartupGate gate,
				ApplicationContext context) {
			return new RejectingWebFilter(rejection(properties, gate, context), context);
		}

	}

	/**
	 * Apart, because Actuator is optional.
	 */
	private static final class ManagementPaths {

		static List<String> of(BeanFactory beanFactory) {
			Environment environment = beanFactory.getBean(Environment.class);
			List<String> paths = new ArrayList<>();
			beanFactory.getBeanProvider(PathMappedEndpoints.class).ifAvailable((endpoints) -> {
				if (ManagementPortType.get(environment) == ManagementPortType.SAME) {
					paths.add(endpoints.getBasePath());
					paths.addAll(endpoints.getAllPaths());
				}
				paths.addAll(endpoints.getAdditionalPaths(WebServerNamespace.SERVER, EndpointId.of("health")));
			});
			// a path that is mapped to "/state/" comes here as "//state/", and is served
			// at "/state"
			paths.replaceAll((path) -> StringUtils.trimTrailingCharacter(path.replaceAll("/+", "/"), '/'));
			paths.removeIf(String::isEmpty);
			return paths;
		}

	}

}
