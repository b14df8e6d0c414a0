package dev.startgate.sample.fleet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.json.JsonMapper;

/**
 * As much of Kubernetes as Helm needs to install and upgrade the chart. It keeps what it
 * is given, runs nothing, and ends each Job as soon as it is there. A patch is noted, and
 * not applied.
 */
final class StandInCluster implements AutoCloseable {

	private static final JsonMapper JSON = new JsonMapper();

	/** The kinds of resources that a namespace can have. */
	private static final Map<String, Map<String, String>> KINDS = Map.of("/api/v1",
			Map.of("secrets", "Secret", "services", "Service"), "/apis/apps/v1", Map.of("deployments", "Deployment"),
			"/apis/batch/v1", Map.of("jobs", "Job"), "/apis/policy/v1",
			Map.of("poddisruptionbudgets", "PodDisruptionBudget"));

	private static final Pattern RESOURCE = Pattern
		.compile("/apis?/.*v1/namespaces/default/(?<kind>\\w+)(/(?<name>[\\w.-]+))?");

	private final Map<String, Map<String, Object>> resources = new ConcurrentSkipListMap<>();

	private final List<Change> changes = new CopyOnWriteArrayList<>();

	private final HttpServer server;

	private volatile boolean jobsFail;

	StandInCluster() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", this::answer);
		this.server.start();
	}

	/**
	 * Write what a client must know of this cluster.
	 */
	Path configuration(Path directory) throws IOException {
		return Files.writeString(directory.resolve("config"), """
				{"apiVersion": "v1", "kind": "Config", "current-context": "it",
				 "clusters": [{"name": "it", "cluster": {"server": "http://127.0.0.1:%d"}}],
				 "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}], "users": [{"name": "it"}]}"""
			.formatted(this.server.getAddress().getPort()));
	}

	/**
	 * Choose how the next Jobs end.
	 */
	void setJobsFail(boolean jobsFail) {
		this.jobsFail = jobsFail;
	}

	/**
	 * Return what has changed since the last call, in order, without the Secrets in which
	 * Helm keeps its releases.
	 */
	List<Change> changes() {
		List<Change> changes = List.copyOf(this.changes);
		this.changes.clear();
		return changes;
	}

	private void answer(HttpExchange exchange) throws IOException {
		String path = exchange.getRequestURI().getPath();
		String query = exchange.getRequestURI().getQuery();
		byte[] sent = exchange.getRequestBody().readAllBytes();
		Matcher resource = RESOURCE.matcher(path);
		Map<String, ?> answer;
		if (!resource.matches()) {
			answer = description(path);
		}
		else if (sent.length == 0 && resource.group("name") == null) {
			answer = list(path, (query != null) ? query : "");
		}
		else {
			answer = change(exchange.getRequestMethod(), path, resource.group("kind"), read(sent));
		}
		byte[] body = JSON.writeValueAsBytes(answer);
		exchange.getResponseHeaders().set("Content-Type", "application/json");
		exchange.sendResponseHeaders(answer.isEmpty() ? 404 : 200, body.length);
		exchange.getResponseBody().write(body);
		exchange.close();
	}

	private static Map<String, Object> read(byte[] sent) {
		if (sent.length == 0) {
			return Map.of();
		}
		return (sent[0] == '{') ? Manifests.map(JSON.readValue(sent, Map.class)) : ProtobufSecret.read(sent);
	}

	private static Map<String, ?> description(String path) {
		return switch (path) {
			case "/version" -> Map.of("major", "1", "minor", "34", "gitVersion", "v1.34.0");
			case "/api" -> Map.of("kind", "APIVersions", "versions", List.of("v1"));
			case "/apis" -> Map.of("kind", "APIGroupList", "apiVersion", "v1", "groups",
					KINDS.keySet().stream().filter((each) -> each.startsWith("/apis/")).map((each) -> {
						String[] parts = each.split("/");
						Map<String, String> version = Map.of("groupVersion", parts[2] + "/v1", "version", "v1");
						return Map.of("name", parts[2], "versions", List.of(version), "preferredVersion", version);
					}).toList());
			case "/openapi/v3" -> Map.of("paths",
					KINDS.keySet()
						.stream()
						.collect(Collectors.toMap((each) -> each.substring(1),
								(each) -> Map.of("serverRelativeURL", path + each))));
			default ->
				path.startsWith("/openapi/v3/") ? validation(path.substring("/openapi/v3".length())) : kinds(path);
		};
	}

	private static Map<String, ?> kinds(String path) {
		List<?> kinds = KINDS.getOrDefault(path, Map.of())
			.entrySet()
			.stream()
			.map((kind) -> Map.of("name", kind.getKey(), "singularName", "", "namespaced", true, "kind",
					kind.getValue(), "verbs", List.of("get", "list", "create", "update", "patch", "delete")))
			.toList();
		return kinds.isEmpty() ? Map.of() : Map.of("kind", "APIResourceList", "groupVersion",
				path.replaceFirst("/apis?/", ""), "resources", kinds);
	}

	/**
	 * Claim that the cluster looks for unknown fields itself, so that Helm need not do
	 * so. {@link ManifestTests} looks for them.
	 */
	private static Map<String, ?> validation(String path) {
		String group = path.startsWith("/apis/") ? path.split("/")[2] : "";
		Map<String, Object> paths = new LinkedHashMap<>();
		KINDS.get(path)
			.forEach((name, kind) -> paths.put(path + "/namespaces/{namespace}/" + name + "/{name}",
					Map.of("patch",
							Map.of("parameters", List.of(Map.of("name", "fieldValidation", "in", "query")),
									"x-kubernetes-group-version-kind",
									Map.of("group", group, "version", "v1", "kind", kind)))));
		return Map.of("openapi", "3.0.0", "paths", paths);
	}

	/**
	 * Return the resources that selectors ask for. Nothing can be watched, so Helm lists.
	 * That is enough, because nothing changes later.
	 */
	private Map<String, ?> list(String path, String query) {
		if (query.contains("watch=")) {
			return Map.of();
		}
		List<String> selectors = Stream.of(query.split("&"))
			.filter((parameter) -> parameter.matches("(label|field)Selector=.*"))
			.flatMap((parameter) -> Stream.of(parameter.replaceFirst("\\w+=", "").split(",")))
			.toList();
		List<Map<String, Object>> items = this.resources.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().startsWith(path + "/"))
			.map(Map.Entry::getValue)
			.filter((resource) -> selectors.stream().allMatch((selector) -> isSelected(resource, selector)))
			.toList();
		String version = path.substring(0, path.indexOf("/namespaces/"));
		String kind = KINDS.get(version).get(path.substring(path.lastIndexOf('/') + 1));
		return Map.of("kind", kind + "List", "apiVersion", version.replaceFirst("/apis?/", ""), "metadata",
				Map.of("resourceVersion", "1"), "items", items);
	}

	private static boolean isSelected(Map<String, Object> resource, String selector) {
		Map<String, Object> metadata = Manifests.map(resource.get("metadata"));
		Map<String, Object> labels = Manifests.map(metadata.getOrDefault("labels", Map.of()));
		String[] parts = selector.split("=");
		return parts[1].equals(parts[0].equals("metadata.name") ? metadata.get("name") : labels.get(parts[0]));
	}

	private Map<String, ?> change(String method, String path, String kind, Map<String, Object> sent) {
		String name = method.equals("POST") ? Manifests.map(sent.get("metadata")).get("name").toString()
				: path.substring(path.lastIndexOf('/') + 1);
		String key = method.equals("POST") ? path + "/" + name : path;
		if (method.equals("POST") == this.resources.containsKey(key)) {
			return Map.of();
		}
		if (!method.equals("GET") && !kind.equals("secrets")) {
			this.changes.add(new Change(method + " " + kind + "/" + name, sent));
		}
		return switch (method) {
			case "GET", "PATCH" -> this.resources.get(key);
			case "DELETE" -> this.resources.remove(key);
			case "POST", "PUT" -> {
				Map<String, Object> resource = new LinkedHashMap<>(sent);
				if (kind.equals("jobs")) {
					resource.put("status",
							Map.of("conditions", List.of(Map.of("type", this.jobsFail ? "Failed" : "Complete", "status",
									"True", "reason", this.jobsFail ? "BackoffLimitExceeded" : "CompletionsReached"))));
				}
				this.resources.put(key, resource);
				yield resource;
			}
			default -> throw new IllegalStateException(method);
		};
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

	/**
	 * A change of a resource.
	 *
	 * @param what {@code POST}, {@code PATCH} or {@code DELETE}, and the resource
	 * @param body what was sent
	 */
	record Change(String what, Map<String, Object> body) {
	}

}
