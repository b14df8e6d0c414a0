package dev.startgate.kubelet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.startgate.testing.ClassDataArchive;

/**
 * One run of a pod's container: a Java process.
 */
final class Container {

	private final Process process;

	private final Path log;

	private final int port;

	private final long started = System.nanoTime();

	private Container(Process process, Path log, int port) {
		this.process = process;
		this.log = log;
		this.port = port;
	}

	static Container start(Path log, PodSpec pod) {
		List<String> command = new ArrayList<>(ClassDataArchive.java("-Xmx128m"));
		command.add(WebApplication.class.getName());
		pod.properties().forEach((property) -> command.add("--" + property));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
		builder.environment().put("HOSTNAME", pod.name());
		// Boot recognizes Kubernetes by these variables
		builder.environment().put("KUBERNETES_SERVICE_HOST", "localhost");
		builder.environment().put("KUBERNETES_SERVICE_PORT", "443");
		try {
			return new Container(builder.start(), log, pod.port());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	int port() {
		return this.port;
	}

	Duration age() {
		return Duration.ofNanos(System.nanoTime() - this.started);
	}

	boolean isRunning() {
		return this.process.isAlive();
	}

	int exitCode() {
		return this.process.exitValue();
	}

	String log() {
		try {
			return Files.readString(this.log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Send SIGTERM, and SIGKILL if the process outlives its grace period.
	 * @return whether SIGTERM was enough
	 */
	boolean stop(Duration gracePeriod) throws InterruptedException {
		this.process.destroy();
		if (this.process.waitFor(gracePeriod.toMillis(), TimeUnit.MILLISECONDS)) {
			return true;
		}
		kill();
		return false;
	}

	void kill() {
		this.process.destroyForcibly();
	}

}
