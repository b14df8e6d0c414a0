package dev.startgate.benchmark.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A process with a {@link PeerApplication}.
 */
final class Replica implements AutoCloseable {

	private final Process process;

	private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();

	Replica(Peer peer, Path log) throws IOException {
		this.process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx96m", "-cp", peer.classPath(),
				PeerApplication.class.getName())
			.redirectError(log.toFile())
			.start();
		Runtime.getRuntime().addShutdownHook(new Thread(this.process::destroyForcibly));
		Thread reader = new Thread(this::read, "reader");
		reader.setDaemon(true);
		reader.start();
	}

	private void read() {
		try (BufferedReader output = this.process.inputReader()) {
			for (String line = output.readLine(); line != null; line = output.readLine()) {
				String[] parts = line.split("\t", 3);
				this.answers.add(new Answer(parts[0], Long.parseLong(parts[1]), (parts.length > 2) ? parts[2] : ""));
			}
		}
		catch (IOException ex) {
			// it has been killed
		}
		this.answers.add(new Answer("ENDED", System.currentTimeMillis(), ""));
	}

	void tell(String line) {
		try {
			OutputStream input = this.process.getOutputStream();
			input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
			input.flush();
		}
		catch (IOException ex) {
			// it has ended, and its answer says so
		}
	}

	/**
	 * Return the next answer, or {@code null} if none comes in time.
	 * @param deadline in milliseconds since the epoch
	 */
	@Nullable Answer await(long deadline) throws InterruptedException {
		return this.answers.poll(Math.max(0, deadline - System.currentTimeMillis()), TimeUnit.MILLISECONDS);
	}

	/**
	 * Return how long the process has used a processor, in milliseconds.
	 */
	long processor() {
		return this.process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L);
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	/**
	 * Return whether the process has a socket.
	 * @param inode what the kernel calls it
	 */
	boolean has(String inode) {
		try (Stream<Path> files = Files.list(Path.of("/proc", String.valueOf(this.process.pid()), "fd"))) {
			for (Path file : (Iterable<Path>) files::iterator) {
				if (Files.isSymbolicLink(file)
						&& Files.readSymbolicLink(file).toString().equals("socket:[" + inode + "]")) {
					return true;
				}
			}
		}
		catch (IOException ex) {
			// it has ended, or has closed that file
		}
		return false;
	}

	/**
	 * Return the replica whose connection has a port, according to Linux.
	 */
	static Replica connectedFrom(int port, List<Replica> replicas) throws IOException {
		String local = "%04X".formatted(port);
		for (String table : List.of("/proc/net/tcp6", "/proc/net/tcp")) {
			for (String line : Files.readAllLines(Path.of(table))) {
				String[] columns = line.strip().split("\\s+");
				if (columns[1].endsWith(":" + local)) {
					for (Replica replica : replicas) {
						if (replica.has(columns[9])) {
							return replica;
						}
					}
				}
			}
		}
		throw new IllegalStateException("Nobody has port " + port);
	}

	/**
	 * Send SIGKILL.
	 */
	@Override
	public void close() {
		this.process.destroyForcibly();
	}

	/**
	 * A message of a process.
	 *
	 * @param what READY, OPEN, FAILED, CLOSED or ENDED
	 * @param at when, in milliseconds since the epoch
	 * @param text why it failed
	 */
	record Answer(String what, long at, String text) {
	}

}
