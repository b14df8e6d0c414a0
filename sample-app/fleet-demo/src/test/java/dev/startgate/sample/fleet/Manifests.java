package dev.startgate.sample.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import org.yaml.snakeyaml.Yaml;

import org.springframework.util.FileSystemUtils;

/**
 * The manifests in {@code docs/deployment}.
 */
final class Manifests {

	/** The directory of all of them. */
	static final Path DIRECTORY = Path.of("..", "..", "docs", "deployment");

	/** The chart among them, which is rendered before it is read. */
	static final Path CHART = DIRECTORY.resolve("helm");

	/** Values that switch on everything that the chart has. */
	static final Map<String, Object> REHEARSING = Map.of("rehearsal.enabled", true);

	private static final Pattern UNIT = Pattern.compile("Environment=(\\w+)=(.*)");

	private static final Pattern ADDRESS = Pattern.compile("http://localhost:(\\d+)(/\\S+)");

	private Manifests() {
	}

	static List<Path> files() {
		try (Stream<Path> files = Files.walk(DIRECTORY)) {
			return files.filter((file) -> file.equals(CHART) || (Files.isRegularFile(file) && !file.startsWith(CHART)))
				.filter((file) -> !file.toString().matches(".*[.](md|sql)"))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return the environments of all containers and units, as name and value.
	 */
	static List<Map<String, Object>> environments(Path file) throws IOException {
		if (file.toString().endsWith(".service")) {
			Map<String, Object> environment = new LinkedHashMap<>();
			Files.readAllLines(file)
				.stream()
				.map(UNIT::matcher)
				.filter(Matcher::matches)
				.forEach((line) -> environment.put(line.group(1), line.group(2)));
			return List.of(environment);
		}
		List<Map<String, Object>> environments = new ArrayList<>();
		visit(documents(file), (key, value) -> {
			if (key.equals("env")) {
				Map<String, Object> environment = new LinkedHashMap<>();
				items(value).forEach((item) -> environment.put((String) item.get("name"),
						item.containsKey("value") ? item.get("value") : "of a secret"));
				environments.add(environment);
			}
			else if (key.equals("environment")) {
				environments.add(map(value));
			}
		});
		return environments;
	}

	/**
	 * Return port and path of each probe.
	 */
	static Set<Probe> probes(Path file) throws IOException {
		Set<Probe> probes = new TreeSet<>(Comparator.comparing(Probe::toString));
		visit(documents(file), (key, value) -> {
			if (key.equals("containers")) {
				items(value).forEach((container) -> visit(container, (name, probe) -> {
					if (name.endsWith("Probe")) {
						Map<String, Object> get = map(map(probe).get("httpGet"));
						probes.add(new Probe(port(container, get.get("port")), (String) get.get("path")));
					}
				}));
			}
			else if (key.equals("healthcheck")) {
				ADDRESS.matcher(value.toString().replace("]", " "))
					.results()
					.forEach((found) -> probes.add(new Probe(Integer.parseInt(found.group(1)), found.group(2))));
			}
		});
		return probes;
	}

	private static int port(Map<String, Object> container, Object port) {
		return (port instanceof Integer number) ? number
				: items(container.get("ports")).stream()
					.filter((candidate) -> port.equals(candidate.get("name")))
					.map((candidate) -> (Integer) candidate.get("containerPort"))
					.findFirst()
					.orElseThrow();
	}

	/**
	 * Return the resources that a file gives to Kubernetes.
	 */
	static List<Map<String, Object>> resources(Path file) throws IOException {
		return resources(documents(file));
	}

	/**
	 * Return the resources of a chart that has been rendered.
	 */
	static List<Map<String, Object>> resources(String chart) {
		return resources(load(chart));
	}

	private static List<Map<String, Object>> resources(List<Object> documents) {
		return documents.stream().map(Manifests::map).filter((one) -> one.containsKey("apiVersion")).toList();
	}

	/**
	 * Return the specifications of all pods in a resource.
	 */
	static List<Map<String, Object>> pods(Map<String, Object> resource) {
		List<Map<String, Object>> pods = new ArrayList<>();
		visit(resource, (key, value) -> {
			if (key.equals("template")) {
				pods.add(map(map(value).get("spec")));
			}
		});
		return pods;
	}

	/**
	 * Return the environment of the containers of a resource, as name and value.
	 */
	static Map<String, Object> environment(Map<String, Object> resource) {
		Map<String, Object> environment = new LinkedHashMap<>();
		pods(resource).stream()
			.flatMap((pod) -> items(pod.get("containers")).stream())
			.flatMap((container) -> items(container.get("env")).stream())
			.forEach((one) -> environment.put((String) one.get("name"),
					one.getOrDefault("value", one.get("valueFrom"))));
		return environment;
	}

	/**
	 * Return the chart as Helm renders it. Hooks are made ordinary resources before,
	 * because this renderer leaves out hooks.
	 * @param release the name of the release
	 * @param values the values that differ from {@code values.yaml}
	 */
	static String chart(String release, Map<String, Object> values) throws IOException {
		Path copy = Files.createTempDirectory("chart");
		try {
			FileSystemUtils.copyRecursively(CHART, copy);
			for (String file : List.of("migrate.yaml", "rehearse.yaml")) {
				Path hook = copy.resolve("templates").resolve(file);
				Files.writeString(hook,
						Files.readString(hook).replaceAll("(?m)^  annotations:\n(    helm[.]sh/.*\n)+", ""));
			}
			TemplateCommand command = new Helm(copy).template().withName(release);
			values.forEach(command::set);
			return command.call();
		}
		finally {
			FileSystemUtils.deleteRecursively(copy);
		}
	}

	private static List<Object> documents(Path file) throws IOException {
		if (file.toString().endsWith(".service")) {
			return List.of();
		}
		return load(file.equals(CHART) ? chart("parcels", REHEARSING) : Files.readString(file));
	}

	private static List<Object> load(String yaml) {
		List<Object> documents = new ArrayList<>();
		new Yaml().loadAll(yaml).forEach(documents::add);
		return documents;
	}

	private static void visit(Object node, BiConsumer<String, Object> visitor) {
		if (node instanceof Map<?, ?> map) {
			map.forEach((key, value) -> {
				visitor.accept((String) key, value);
				visit(value, visitor);
			});
		}
		else if (node instanceof Collection<?> all) {
			all.forEach((one) -> visit(one, visitor));
		}
	}

	@SuppressWarnings("unchecked")
	static Map<String, Object> map(Object value) {
		return (Map<String, Object>) value;
	}

	@SuppressWarnings("unchecked")
	static List<Map<String, Object>> items(Object value) {
		return (List<Map<String, Object>>) value;
	}

	/**
	 * One probe.
	 *
	 * @param port the port of the container
	 * @param path the path
	 */
	record Probe(int port, String path) {
	}

}
