package dev.startgate.sample.fleet;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * The fleet demo in a process of its own, as Maven starts it.
 */
final class DemoProcess implements AutoCloseable {

	private final Queue<String> output = new ConcurrentLinkedQueue<>();

	private final Process process;

	private final Thread reader;

	private DemoProcess(Process process) {
		this.process = process;
		this.reader = new Thread(() -> process.inputReader().lines().forEach(this.output::add));
	}

	/**
	 * Start the demo.
	 * @param options its options
	 * @return the process
	 */
	static DemoProcess start(String... options) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.add(FleetDemo.class.getName());
		command.add("--fleet.port=" + freePorts());
		command.addAll(List.of(options));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
		DemoProcess demo = new DemoProcess(builder.start());
		demo.reader.start();
		return demo;
	}

	/**
	 * Return the first of ten ports that nobody uses.
	 */
	private static int freePorts() {
		return IntStream.iterate(20000, (port) -> port < 30000, (port) -> port + 10)
			.filter((port) -> IntStream.range(port, port + 10).allMatch(DemoProcess::isFree))
			.findFirst()
			.orElseThrow();
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket(port)) {
			return socket.isBound();
		}
		catch (IOException ex) {
			return false;
		}
	}

	List<String> output() {
		return List.copyOf(this.output);
	}

	boolean hasPrinted(String text) {
		return this.output.stream().anyMatch((line) -> line.contains(text));
	}

	List<ProcessHandle> descendants() {
		return this.process.descendants().toList();
	}

	/**
	 * Return the directory that the demo says its logs are in.
	 * @return the directory
	 */
	Path logs() {
		String prefix = "Their logs are in ";
		return this.output.stream()
			.filter((line) -> line.startsWith(prefix))
			.map((line) -> Path.of(line.substring(prefix.length())))
			.findFirst()
			.orElseThrow();
	}

	void kill() {
		this.process.toHandle().destroyForcibly();
	}

	int awaitExit() throws InterruptedException {
		if (!this.process.waitFor(4, TimeUnit.MINUTES)) {
			throw new IllegalStateException("The demo does not end, it has printed " + this.output);
		}
		this.reader.join();
		return this.process.exitValue();
	}

	@Override
	public void close() {
		this.process.toHandle().destroy();
	}

}
