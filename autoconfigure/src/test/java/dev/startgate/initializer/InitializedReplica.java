package dev.startgate.initializer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import dev.startgate.testing.ClassDataArchive;

/**
 * A process that starts an {@link InitializedApplication} as often as it is asked to.
 */
final class InitializedReplica implements AutoCloseable {

	private final Process process;

	private final BufferedReader output;

	private final StringBuilder log = new StringBuilder();

	InitializedReplica() throws IOException {
		List<String> command = new ArrayList<>(ClassDataArchive.java("-Xmx200m",
				"-Dorg.springframework.boot.logging.LoggingSystem=none", "-Dspring.main.banner-mode=off"));
		command.add(InitializedApplication.class.getName());
		this.process = new ProcessBuilder(command).redirectErrorStream(true).start();
		this.output = this.process.inputReader();
	}

	void begin(List<String> properties) throws IOException {
		this.log.setLength(0);
		tell(String.join("\t", properties));
	}

	/**
	 * Stop the application, and return what its log has complained about until then.
	 */
	Answer stop() throws IOException {
		tell("stop");
		return await();
	}

	void go() throws IOException {
		tell("go");
	}

	private void tell(String line) throws IOException {
		OutputStream input = this.process.getOutputStream();
		input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
		input.flush();
	}

	/**
	 * Return the next answer.
	 */
	Answer await() throws IOException {
		for (String line = this.output.readLine(); line != null; line = this.output.readLine()) {
			if (line.startsWith("::")) {
				String[] parts = line.substring(2).split("\t");
				return new Answer(parts[0].equals("READY"), parts[0].equals("OPEN"),
						(parts.length > 1) ? Integer.parseInt(parts[1]) : 0, (parts.length > 2) ? parts[2] : "");
			}
			this.log.append(line).append('\n');
		}
		throw new IllegalStateException("The process has ended:\n" + this.log);
	}

	String log() {
		return this.log.toString();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

	/**
	 * How a start went.
	 *
	 * @param ready whether the process waits for the others
	 * @param open whether the application runs
	 * @param complaints how many warnings and errors there were
	 * @param first the first one of them, or the failure
	 */
	record Answer(boolean ready, boolean open, int complaints, String first) {
	}

}
