package dev.startgate.sample.fleet;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A Java process with the class path of this one. What it prints goes to a file and, line
 * by line, to a listener. Its standard input stays open as long as this process lives:
 * see {@link ParentWatch}.
 */
final class ChildJvm implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private final Process process;

	private ChildJvm(Process process) {
		this.process = process;
	}

	static ChildJvm start(Class<?> main, List<String> args, Map<String, String> environment, Path log,
			Consumer<String> lines) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		// for a quick start of many processes on few cores
		command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-Dfile.encoding=UTF-8"));
		command.add(main.getName());
		command.addAll(args);
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		builder.environment().putAll(environment);
		// as an argument the class path would hide the others in a list of processes
		builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
		PrintWriter file = new PrintWriter(Files.newBufferedWriter(log), true);
		ChildJvm child = new ChildJvm(builder.start());
		Thread reader = new Thread(() -> child.read(file, lines), "read " + log.getFileName());
		reader.setDaemon(true);
		reader.start();
		return child;
	}

	private void read(PrintWriter file, Consumer<String> lines) {
		try (file; BufferedReader output = this.process.inputReader(StandardCharsets.UTF_8)) {
			for (String line = output.readLine(); line != null; line = output.readLine()) {
				file.println(line);
				lines.accept(line);
			}
		}
		catch (IOException ex) {
			file.println("The demo can't read the output of this process any more: " + ex.getMessage());
		}
	}

	long pid() {
		return this.process.pid();
	}

	CompletableFuture<Integer> onExit() {
		return this.process.onExit().thenApply(Process::exitValue);
	}

	/**
	 * Ask the process to stop, by its handle. {@link Process#destroy()} would also close
	 * the streams, and then the watch would end the process at once.
	 */
	void stop() {
		this.process.toHandle().destroy();
	}

	void kill() {
		this.process.toHandle().destroyForcibly();
	}

	/**
	 * Let the process believe that this one is gone.
	 */
	void endInput() {
		try {
			this.process.getOutputStream().close();
		}
		catch (IOException ex) {
			// the process is gone already
		}
	}

	/**
	 * Wait for the end of a process that was asked to stop. Kill it if that takes long.
	 */
	@Override
	public void close() {
		try {
			if (!this.process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
				kill();
			}
		}
		catch (InterruptedException ex) {
			kill();
			Thread.currentThread().interrupt();
		}
	}

}
