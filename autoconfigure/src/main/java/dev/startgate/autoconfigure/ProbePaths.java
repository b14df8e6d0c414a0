package dev.startgate.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import dev.startgate.probe.Probe;
import dev.startgate.probe.ProbePath;
import dev.startgate.probe.ProbePort.Role;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.health.actuate.endpoint.AdditionalHealthEndpointPath;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointProperties;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointProperties.Group;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * The paths of the health endpoint, of its two probe groups, and of groups that contain
 * only liveness.
 */
final class ProbePaths {

	private static final Set<String> OF_LIVENESS = Set.of("livenessState", "ping");

	private static final String HEALTH = "health";

	private final Environment environment;

	private final boolean reactive;

	private final ServerProperties server;

	private final ManagementServerProperties management;

	private final WebEndpointProperties web;

	private final HealthEndpointProperties health;

	private final Map<String, Probe> groups = new TreeMap<>();

	ProbePaths(ApplicationContext context, Binder binder, ServerProperties server,
			ManagementServerProperties management) {
		this.environment = context.getEnvironment();
		this.reactive = context instanceof ReactiveWebServerApplicationContext;
		this.server = server;
		this.management = management;
		this.web = binder.bindOrCreate("management.endpoints.web", WebEndpointProperties.class);
		this.health = binder.bindOrCreate("management.endpoint.health", HealthEndpointProperties.class);
		if (this.environment.getProperty("management.endpoint.health.probes.enabled", Boolean.class, true)) {
			this.groups.put("liveness", Probe.LIVENESS);
			this.groups.put("readiness", Probe.READINESS);
		}
		this.health.getGroup().forEach((name, group) -> {
			if (name.equals("readiness")) {
				this.groups.put(name, Probe.READINESS);
			}
			else if (name.equals("liveness") || isOfLiveness(group)) {
				this.groups.put(name, Probe.LIVENESS);
			}
		});
	}

	private static boolean isOfLiveness(Group group) {
		return group.getInclude() != null && !group.getInclude().isEmpty()
				&& OF_LIVENESS.containsAll(group.getInclude());
	}

	/**
	 * Return to whom the health endpoint shows details.
	 */
	static Show detailsOfHealth(Environment environment) {
		return Binder.get(environment)
			.bindOrCreate("management.endpoint.health", HealthEndpointProperties.class)
			.getShowDetails();
	}

	/**
	 * Return the path of an endpoint.
	 */
	String of(String endpoint, Role role) {
		String mapped = StringUtils.trimTrailingCharacter(
				StringUtils.trimLeadingCharacter(this.web.getPathMapping().getOrDefault(endpoint, ""), '/'), '/');
		return base(role) + this.web.getBasePath() + "/" + (mapped.isBlank() ? endpoint : mapped);
	}

	private String base(Role role) {
		return switch (role) {
			case MAIN -> this.reactive ? clean(property("spring.webflux.base-path")) : servletPath();
			case MANAGEMENT -> this.management.getBasePath();
		};
	}

	List<ProbePath> onMainPort() {
		List<ProbePath> paths = new ArrayList<>();
		if (ManagementPortType.get(this.environment) == ManagementPortType.SAME) {
			addEndpoint(paths, Role.MAIN);
		}
		addAdditional(paths, Role.MAIN, WebServerNamespace.SERVER);
		return paths;
	}

	List<ProbePath> onManagementPort() {
		List<ProbePath> paths = new ArrayList<>();
		addEndpoint(paths, Role.MANAGEMENT);
		addAdditional(paths, Role.MANAGEMENT, WebServerNamespace.MANAGEMENT);
		return paths;
	}

	private void addEndpoint(List<ProbePath> paths, Role role) {
		String root = of(HEALTH, role);
		List<String> names = Stream.concat(this.groups.keySet().stream(), this.health.getGroup().keySet().stream())
			.distinct()
			.sorted()
			.toList();
		paths.add(new ProbePath(root, Probe.HEALTH, isShown(components(null)), isShown(details(null)), names));
		this.groups.forEach((name, probe) -> paths.add(path(root + "/" + name, name, probe)));
	}

	private void addAdditional(List<ProbePath> paths, Role role, WebServerNamespace namespace) {
		this.groups.forEach((name, probe) -> {
			AdditionalHealthEndpointPath additional = additionalPath(name);
			if (additional != null && additional.hasNamespace(namespace)) {
				paths.add(path(base(role) + "/" + StringUtils.trimLeadingCharacter(additional.getValue(), '/'), name,
						probe));
			}
		});
	}

	private @Nullable AdditionalHealthEndpointPath additionalPath(String name) {
		Group group = this.health.getGroup().get(name);
		if (group != null && group.getAdditionalPath() != null) {
			return AdditionalHealthEndpointPath.from(group.getAdditionalPath());
		}
		if (!Boolean.parseBoolean(property("management.endpoint.health.probes.add-additional-paths"))) {
			return null;
		}
		return switch (name) {
			case "liveness" -> AdditionalHealthEndpointPath.of(WebServerNamespace.SERVER, "/livez");
			case "readiness" -> AdditionalHealthEndpointPath.of(WebServerNamespace.SERVER, "/readyz");
			default -> null;
		};
	}

	private ProbePath path(String path, String name, Probe probe) {
		Group group = this.health.getGroup().get(name);
		// a probe group that is not configured shows only its status, to everybody
		return new ProbePath(path, probe, group != null && isShown(components(group)),
				group != null && isShown(details(group)), List.of());
	}

	private Show components(@Nullable Group group) {
		if (group != null && group.getShowComponents() != null) {
			return group.getShowComponents();
		}
		return (this.health.getShowComponents() != null) ? this.health.getShowComponents() : details(group);
	}

	private Show details(@Nullable Group group) {
		return (group != null && group.getShowDetails() != null) ? group.getShowDetails()
				: this.health.getShowDetails();
	}

	/**
	 * Return whether everybody sees something, because nobody is authorized yet.
	 */
	private static boolean isShown(Show show) {
		return show.isShown(false);
	}

	private String servletPath() {
		String context = this.server.getServlet().getContextPath();
		return ((context != null) ? context : "") + clean(property("spring.mvc.servlet.path"));
	}

	private @Nullable String property(String name) {
		return this.environment.getProperty(name);
	}

	private static String clean(@Nullable String path) {
		String trimmed = (path != null) ? StringUtils.trimTrailingCharacter(path.strip(), '/') : "";
		return (trimmed.isEmpty() || trimmed.startsWith("/")) ? trimmed : "/" + trimmed;
	}

}
