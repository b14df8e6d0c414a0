package dev.startgate.autoconfigure;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.startgate.autoconfigure.StartgateProperties.EarlyEndpoints;
import dev.startgate.probe.EarlyEndpoint;
import dev.startgate.probe.ProbePath;
import dev.startgate.probe.ProbePort;
import dev.startgate.probe.ProbePort.Role;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.Environment;

/**
 * Finds the ports on which the application will answer probes and on which Startgate may
 * answer them earlier. Logs why it leaves out a port.
 */
final class ProbePorts implements Supplier<List<ProbePort>> {

	private static final Logger logger = LoggerFactory.getLogger(ProbePorts.class);

	private static final int DEFAULT_PORT = 8080;

	private final ApplicationContext context;

	private final Environment environment;

	private final StartgateProperties.Probe settings;

	private final boolean health;

	private final List<EarlyEndpoint> endpoints;

	/**
	 * Create the ports.
	 * @param context the context that starts the web server, if there is to be one
	 * @param settings whether and on which ports to answer early
	 * @param health whether the health endpoint is exposed on the web
	 * @param endpoints the other endpoints that are exposed on the web
	 */
	ProbePorts(ApplicationContext context, StartgateProperties.Probe settings, boolean health,
			List<EarlyEndpoint> endpoints) {
		this.context = context;
		this.environment = context.getEnvironment();
		this.settings = settings;
		this.health = health;
		this.endpoints = endpoints;
	}

	@Override
	public List<ProbePort> get() {
		List<ProbePort> ports = new ArrayList<>();
		if (Boolean.FALSE.equals(this.settings.enabled())) {
			logger.debug("Probes are not answered early: 'startgate.probe.enabled' is false, or this replica ends");
		}
		else if (!(this.context instanceof WebServerApplicationContext)) {
			logger.debug("Probes are not answered early: there will be no web server");
		}
		else {
			Binder binder = Binder.get(this.environment);
			ServerProperties server = binder.bindOrCreate("server", ServerProperties.class);
			ManagementServerProperties management = binder.bindOrCreate("management.server",
					ManagementServerProperties.class);
			ProbePaths paths = new ProbePaths(this.context, binder, server, management);
			addMain(ports, server, paths);
			if (ManagementPortType.get(this.environment) == ManagementPortType.DIFFERENT) {
				Ssl ssl = (management.getSsl() != null) ? management.getSsl() : server.getSsl();
				add(ports, Role.MANAGEMENT, management.getAddress(), management.getPort(), ssl,
						this.health ? paths.onManagementPort() : List.of(), endpoints(paths, Role.MANAGEMENT));
			}
		}
		return ports;
	}

	private void addMain(List<ProbePort> ports, ServerProperties server, ProbePaths paths) {
		List<ProbePath> onMainPort = this.health ? paths.onMainPort() : List.of();
		Map<String, EarlyEndpoint> asked = (ManagementPortType.get(this.environment) == ManagementPortType.SAME
				&& this.settings.endpoints() == EarlyEndpoints.ANY_PORT) ? endpoints(paths, Role.MAIN) : Map.of();
		if (asked.isEmpty() && this.settings.enabled() == null
				&& !CloudPlatform.KUBERNETES.isActive(this.environment)) {
			logger.debug("Probes are not answered early on the main port: this is not Kubernetes, and "
					+ "'startgate.probe.enabled' is not set");
			return;
		}
		add(ports, Role.MAIN, server.getAddress(), server.getPort(), server.getSsl(), onMainPort, asked);
	}

	private Map<String, EarlyEndpoint> endpoints(ProbePaths paths, Role role) {
		if (this.settings.endpoints() == EarlyEndpoints.NONE) {
			return Map.of();
		}
		if (ProbePaths.detailsOfHealth(this.environment) == Show.WHEN_AUTHORIZED) {
			logger.debug("Endpoints are not answered early: 'management.endpoint.health.show-details' is "
					+ "'when-authorized', and nobody is yet");
			return Map.of();
		}
		return this.endpoints.stream()
			.collect(Collectors.toMap((endpoint) -> paths.of(endpoint.id(), role), Function.identity()));
	}

	private void add(List<ProbePort> ports, Role role, @Nullable InetAddress address, @Nullable Integer port,
			@Nullable Ssl ssl, List<ProbePath> paths, Map<String, EarlyEndpoint> endpoints) {
		if (paths.isEmpty() && endpoints.isEmpty()) {
			return;
		}
		int number = (port != null) ? port : DEFAULT_PORT;
		if (number <= 0) {
			logger.debug("Probes are not answered early on the {} port: it has no fixed number", role);
		}
		else if (Ssl.isEnabled(ssl)) {
			logger.warn("Probes are not answered on port {} before the web server starts: SSL is enabled on it",
					number);
		}
		else {
			ports.add(new ProbePort(role, address, number, paths, endpoints));
		}
	}

}
