package dev.startgate.sample.fleet;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;

import org.springframework.test.util.TestSocketUtils;

/**
 * A pod: the sample in a process of its own, configured by its environment only.
 */
final class RoleProcess implements AutoCloseable {

	static final Duration PATIENCE = Duration.ofMinutes(2);

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	private final Queue<String> output = new ConcurrentLinkedQueue<>();

	private final int port = freePort();

	private final ChildJvm jvm;

	RoleProcess(String name, Map<String, String> environment, Path logs) throws IOException {
		Map<String, String> pod = new HashMap<>(environment);
		pod.put("HOSTNAME", name);
		pod.put("KUBERNETES_SERVICE_HOST", "10.0.0.1");
		pod.put("KUBERNETES_SERVICE_PORT", "443");
		pod.put("SERVER_PORT", String.valueOf(this.port));
		pod.put("SPRING_MAIN_SOURCES", Deliveries.class.getName());
		this.jvm = ChildJvm.start(ReplicaMain.class, List.of(), pod, logs.resolve(name + ".log"), this.output::add);
	}

	/**
	 * Return a port below those that the system gives to outgoing connections, so that
	 * none of them takes it before the server does.
	 */
	static int freePort() {
		return IntStream.generate(TestSocketUtils::findAvailableTcpPort)
			.filter((port) -> port < 32_768)
			.findFirst()
			.orElseThrow();
	}

	void awaitLine(String text) {
		Awaitility.await(text).atMost(PATIENCE).failFast(this::ensureRunning).until(() -> has(text));
	}

	boolean has(String text) {
		return count(text) > 0;
	}

	long count(String text) {
		return this.output.stream().filter((line) -> line.contains(text)).count();
	}

	boolean hasEnded() {
		return this.jvm.onExit().isDone();
	}

	private void ensureRunning() {
		if (hasEnded()) {
			throw new IllegalStateException("It has ended: " + this);
		}
	}

	/**
	 * Return the answers to the probes, 0 for none.
	 */
	Probes probe() {
		return new Probes(status("liveness"), status("readiness"));
	}

	private int status(String group) {
		HttpRequest request = HttpRequest
			.newBuilder(URI.create("http://localhost:" + this.port + "/actuator/health/" + group))
			.timeout(Duration.ofSeconds(5))
			.build();
		try {
			return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
		}
		catch (IOException ex) {
			return 0;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return 0;
		}
	}

	/**
	 * Wait until the pod is ready and does the work of its role.
	 */
	void awaitWork() {
		Awaitility.await()
			.atMost(PATIENCE)
			.failFast(this::ensureRunning)
			.until(() -> probe().equals(Probes.READY) && has(Deliveries.DELIVERY) && has(Deliveries.RUN));
	}

	int awaitExit() throws Exception {
		return this.jvm.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
	}

	void stop() {
		this.jvm.stop();
	}

	@Override
	public String toString() {
		return String.join(System.lineSeparator(), this.output);
	}

	@Override
	public void close() {
		this.jvm.kill();
		this.jvm.close();
	}

	/**
	 * The answers to the probes.
	 *
	 * @param liveness the status
	 * @param readiness the status
	 */
	record Probes(int liveness, int readiness) {

		static final Probes READY = new Probes(200, 200);

		static final Probes WAITING = new Probes(200, 503);

	}

}
