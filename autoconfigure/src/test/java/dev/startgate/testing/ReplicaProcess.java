package dev.startgate.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A replica that is a process of its own, to be killed or frozen.
 */
public final class ReplicaProcess implements AutoCloseable {

	private static final String WEB = "spring.main.web-application-type=";

	private static final String LAST_WORDS = "was asked to end when it had been ";

	private static final Duration AT_ONCE = Duration.ofSeconds(40);

	private final Path log;

	private final Process process;

	private ReplicaProcess(Path log, Process process) {
		this.log = log;
		this.process = process;
	}

	/**
	 * Start a replica.
	 * @param directory where its log goes
	 * @param application its main class
	 * @param arguments its properties
	 */
	public static ReplicaProcess start(Path directory, Class<?> application, List<String> arguments)
			throws IOException {
		return start(directory, ClassDataArchive.java(), application, arguments);
	}

	/**
	 * Start a replica.
	 * @param directory where its log goes
	 * @param java how its command line begins, up to its main class
	 * @param application its main class
	 * @param arguments its properties
	 */
	public static ReplicaProcess start(Path directory, List<String> java, Class<?> application, List<String> arguments)
			throws IOException {
		Path log = Files.createTempFile(directory, "replica", ".log");
		List<String> command = new ArrayList<>(java);
		command.add(application.getName());
		if (arguments.stream().noneMatch((argument) -> argument.startsWith(WEB))) {
			command.add("--" + WEB + "none");
		}
		arguments.forEach((argument) -> command.add("--" + argument));
		return new ReplicaProcess(log,
				new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start());
	}

	/**
	 * Start a {@link TestApplication}.
	 * @param directory where its log goes
	 * @param database its database
	 * @param properties its properties
	 */
	public static ReplicaProcess start(Path directory, PostgresDatabase database, String... properties)
			throws IOException {
		return start(directory, TestApplication.class,
				Stream.concat(Stream.of(database.properties()), Stream.of(properties)).toList());
	}

	/**
	 * Send SIGTERM, and check that the process ends long before its work would have.
	 */
	public void stop() throws IOException, InterruptedException {
		signal("TERM");
		awaitExit(AT_ONCE);
	}

	/**
	 * Send SIGTERM, and check that the process ends with the exit code of SIGTERM. Its
	 * log must have one line of Startgate about this end, and no other sign of a failure.
	 * @return the line of Startgate
	 */
	public String stopAndSay() throws IOException, InterruptedException {
		int before = log().length();
		stop();
		assertThat(awaitExit(Duration.ZERO)).as("exit code").isEqualTo(143);
		List<String> end = log().substring(before).lines().toList();
		assertThat(end).filteredOn((line) -> !line.contains(LAST_WORDS))
			.noneMatch((line) -> line.startsWith("\tat ") || line.contains(" WARN ") || line.contains(" ERROR ")
					|| line.contains("APPLICATION FAILED TO START"));
		List<String> said = end.stream().filter((line) -> line.contains(LAST_WORDS)).toList();
		assertThat(said).as("the end of the log %s", end).hasSize(1);
		assertThat(end.subList(end.indexOf(said.get(0)) + 1, end.size())).as("what comes after it")
			.allMatch((line) -> line.contains("org.apache.catalina") || line.contains("o.a.c.")
			// Logback itself prints this once its log has ended
					|| line.contains("No appenders present in context"));
		return said.get(0);
	}

	/**
	 * Send SIGKILL.
	 */
	public void kill() throws InterruptedException {
		this.process.destroyForcibly().waitFor();
	}

	/**
	 * Send a signal.
	 * @param signal its name, such as {@code STOP}
	 */
	public void signal(String signal) throws IOException, InterruptedException {
		new ProcessBuilder("kill", "-" + signal, String.valueOf(this.process.pid())).inheritIO().start().waitFor();
	}

	public boolean isAlive() {
		return this.process.isAlive();
	}

	public void awaitLog(String text) {
		Awaitility.await(text).failFast("ended", () -> !this.process.isAlive()).until(() -> log().contains(text));
	}

	public String log() {
		try {
			return Files.readString(this.log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return the exit code, once the process has ended.
	 */
	public int awaitExit(Duration patience) throws InterruptedException {
		if (!this.process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
			throw new AssertionError("The replica did not end within " + patience);
		}
		return this.process.exitValue();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
