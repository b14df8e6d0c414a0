package dev.startgate.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A replica that is a process of its own, to be asked to end or to be killed.
 */
public final class ReplicaProcess implements AutoCloseable {

	private final Process process;

	private final Path log;

	private ReplicaProcess(Process process, Path log) {
		this.process = process;
		this.log = log;
	}

	/**
	 * Start a replica.
	 * @param directory a directory of its own
	 * @param database its database
	 * @param properties its properties
	 */
	public static ReplicaProcess start(Path directory, PostgresDatabase database, String... properties)
			throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-cp", System.getProperty("java.class.path"), TestApplication.class.getName(),
						"--spring.main.web-application-type=none"));
		for (String property : database.properties()) {
			command.add("--" + property);
		}
		for (String property : properties) {
			command.add("--" + property);
		}
		Path log = directory.resolve("log");
		return new ReplicaProcess(
				new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start(), log);
	}

	public String log() throws IOException {
		return Files.readString(this.log);
	}

	public void awaitLog(String text) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.failFast("ended", () -> !this.process.isAlive())
			.until(() -> log().contains(text));
	}

	/**
	 * Send SIGTERM, and see that the process ends at once.
	 */
	public void stop() throws InterruptedException {
		this.process.destroy();
		assertThat(this.process.waitFor(3, TimeUnit.SECONDS)).as("ended").isTrue();
	}

	/**
	 * Send SIGKILL.
	 */
	public void kill() throws InterruptedException {
		this.process.destroyForcibly().waitFor();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
