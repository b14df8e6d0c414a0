package dev.startgate.documentation;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.startgate.testing.ExternalTool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the commands that the pages tell an operator to type in a cluster. The cluster is
 * a stand-in that has a Deployment with two revisions and one pod, has a Job, and records
 * all requests.
 */
class KubectlTests {

	private static final String DEPLOYMENT = """
			{"kind": "Deployment", "apiVersion": "apps/v1",
			 "metadata": {"name": "web", "namespace": "default", "uid": "web-uid"},
			 "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": {"metadata": {"labels": {"app": "web"}},
			  "spec": {"containers": [{"name": "parcels", "env": [
			   {"name": "STARTGATE_ON_INTERRUPTED", "value": "stop"}, {"name": "STARTGATE_ENABLED", "value": "true"},
			   {"name": "SPRING_FLYWAY_ENABLED", "value": "true"}]}]}}}}""";

	private static final String REVISION = """
			{"kind": "ReplicaSet", "apiVersion": "apps/v1",
			 "metadata": {"name": "web-%1$d", "namespace": "default", "labels": {"app": "web"},
			  "annotations": {"deployment.kubernetes.io/revision": "%1$d"},
			  "ownerReferences": [{"kind": "Deployment", "name": "web", "uid": "web-uid", "controller": true}]},
			 "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "web"}},
			  "template": {"metadata": {"labels": {"app": "web"}},
			   "spec": {"containers": [{"name": "parcels", "image": "parcels:%1$d"}]}}}}""";

	private static final String SCALE = """
			{"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": {"name": "web", "namespace": "default"},
			 "spec": {"replicas": 0}}""";

	private static final String POD = """
			{"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "web-7d4f-x2x9k", "namespace": "default",
			  "labels": {"app": "web"}}, "spec": {"containers": [{"name": "parcels"}]}, "status": {"phase": "Running"}}""";

	private static final String RESOURCES = """
			{"kind": "APIResourceList", "groupVersion": "%s", "resources": [{"name": "%s", "singularName": "",
			  "namespaced": true, "kind": "%s", "verbs": ["get", "list", "patch", "create", "delete", "watch"]}]}""";

	private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

	private HttpServer cluster;

	@BeforeEach
	void start() throws IOException {
		this.cluster = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.cluster.createContext("/", this::answer);
		this.cluster.start();
	}

	@AfterEach
	void stop() {
		this.cluster.stop(0);
	}

	static Stream<String> commands() throws IOException {
		return DocumentationBlocksTests.runBy("KubectlTests");
	}

	/**
	 * The stand-in can't offer a terminal in a pod. A command that needs one only prints
	 * what it would create.
	 */
	@ParameterizedTest
	@MethodSource("commands")
	void aCommandIsUnderstood(String command, @TempDir Path directory) throws Exception {
		ExternalTool.find("kubectl");
		Path configuration = Files.writeString(directory.resolve("config"), """
				{"apiVersion": "v1", "kind": "Config", "current-context": "it",
				 "clusters": [{"name": "it", "cluster": {"server": "http://127.0.0.1:%d"}}],
				 "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}], "users": [{"name": "it"}]}"""
			.formatted(this.cluster.getAddress().getPort()));
		String typed = command.replace(" --rm -it ", " --dry-run=client -o json ");
		ExternalTool.find("bash")
			.run(Duration.ofMinutes(1), "-c",
					"set -o pipefail; export KUBECONFIG='" + configuration + "' HOME='" + directory + "'; " + typed);
		assertThat(this.requests).anyMatch((request) -> request.matches(expected(command)));
	}

	private static String expected(String command) {
		if (command.startsWith("kubectl logs")) {
			return "GET /api/v1/namespaces/default/pods/web-7d4f-x2x9k/log\\?.*previous=true.*";
		}
		if (command.startsWith("kubectl get")) {
			return "GET /api/v1/namespaces/default/pods.*";
		}
		if (command.startsWith("kubectl create secret")) {
			return "(?s)POST /api/v1/namespaces/default/secrets\\b.*" + command.split(" ")[4] + ".*";
		}
		if (command.startsWith("kubectl run")) {
			return "GET /api.*";
		}
		if (command.startsWith("kubectl describe")) {
			return "GET /api/v1/namespaces/default/pods/web-7d4f-x2x9k .*";
		}
		if (command.startsWith("kubectl delete job")) {
			return "(?s)DELETE /apis/batch/v1/namespaces/default/jobs/parcels-migrate .*";
		}
		if (command.startsWith("kubectl rollout undo")) {
			return "(?s)PATCH /apis/apps/v1/namespaces/default/deployments/web\\b.*\"parcels:1\".*";
		}
		if (command.startsWith("kubectl scale")) {
			return "(?s)PATCH /apis/apps/v1/namespaces/default/deployments/web/scale.*\"replicas\":"
					+ command.split("=")[1] + "\\b.*";
		}
		List<String> words = List.of(command.split(" "));
		StringBuilder variables = new StringBuilder();
		words.stream()
			.filter((word) -> word.matches("[A-Z_]+[=-].*"))
			.forEach((word) -> variables.append("(?=.*").append(word.split("[=-]")[0]).append(")"));
		return "(?s)PATCH /apis/apps/v1/namespaces/default/deployments/web\\b" + variables + ".*";
	}

	private void answer(HttpExchange exchange) throws IOException {
		String path = exchange.getRequestURI().getPath();
		this.requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
				+ new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
		String answer = switch (path) {
			case "/api" -> "{\"kind\": \"APIVersions\", \"versions\": [\"v1\"]}";
			case "/apis" -> """
					{"kind": "APIGroupList", "apiVersion": "v1", "groups": [
					 {"name": "apps", "versions": [{"groupVersion": "apps/v1", "version": "v1"}],
					  "preferredVersion": {"groupVersion": "apps/v1", "version": "v1"}},
					 {"name": "batch", "versions": [{"groupVersion": "batch/v1", "version": "v1"}],
					  "preferredVersion": {"groupVersion": "batch/v1", "version": "v1"}}]}""";
			case "/api/v1" -> RESOURCES.formatted("v1", "pods", "Pod");
			case "/apis/apps/v1" -> RESOURCES.formatted("apps/v1", "deployments", "Deployment");
			case "/apis/batch/v1" -> RESOURCES.formatted("batch/v1", "jobs", "Job");
			case "/apis/batch/v1/namespaces/default/jobs/parcels-migrate" ->
				"DELETE".equals(exchange.getRequestMethod()) ? "{\"kind\": \"Status\", \"status\": \"Success\"}" : "";
			case "/apis/apps/v1/namespaces/default/replicasets" ->
				"{\"kind\": \"ReplicaSetList\", \"apiVersion\": \"apps/v1\", \"metadata\": {}, \"items\": ["
						+ REVISION.formatted(1) + ", " + REVISION.formatted(2) + "]}";
			case "/apis/apps/v1/namespaces/default/deployments/web" -> DEPLOYMENT;
			case "/apis/apps/v1/namespaces/default/deployments/web/scale" -> SCALE;
			case "/api/v1/namespaces/default/pods" ->
				"{\"kind\": \"PodList\", \"apiVersion\": \"v1\", \"metadata\": {}, \"items\": [" + POD + "]}";
			case "/api/v1/namespaces/default/pods/web-7d4f-x2x9k" -> POD;
			case "/api/v1/namespaces/default/pods/web-7d4f-x2x9k/log" ->
				"APPLICATION FAILED TO START\n\nDescription:\n";
			case "/api/v1/namespaces/default/secrets" -> "{\"kind\": \"Secret\", \"apiVersion\": \"v1\"}";
			default -> "";
		};
		byte[] body = answer.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", path.endsWith("/log") ? "text/plain" : "application/json");
		exchange.sendResponseHeaders(answer.isEmpty() ? 404 : 200, body.length == 0 ? -1 : body.length);
		exchange.getResponseBody().write(body);
		exchange.close();
	}

}
