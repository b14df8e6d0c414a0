package dev.startgate.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import dev.startgate.StartupGate;
import dev.startgate.autoconfigure.StartgateProperties.Web;
import dev.startgate.web.Rejection;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Decides from the properties and the paths of Actuator which requests are turned away.
 */
final class ConfiguredRejection {

	private static final boolean ACTUATOR = ClassUtils.isPresent(
			"org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints",
			ConfiguredRejection.class.getClassLoader());

	private ConfiguredRejection() {
	}

	static Rejection of(StartgateProperties properties, StartupGate gate, BeanFactory beanFactory) {
		Web web = properties.web();
		boolean rejects = Objects.requireNonNullElse(web.rejectUntilOpen(),
				properties.timing() == Timing.AFTER_WEB_SERVER);
		Supplier<List<String>> management = () -> ACTUATOR ? ManagementPaths.of(beanFactory) : List.of();
		return new Rejection(gate, rejects, web.exemptPaths(), management);
	}

	/**
	 * A class of its own, because Actuator is optional.
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
