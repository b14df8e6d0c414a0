package dev.startgate.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A replica whose process is started again when it ends, as Kubernetes does it, but only
 * a limited number of times.
 */
final class Replica implements AutoCloseable {

	static final int MOST_RESTARTS = 5;

	private static final long BACK_OFF_NANOS = 300_000_000;

	private final String name;

	private final Path directory;

	private final TcpProxy proxy;

	private final List<String> properties;

	private final List<ReplicaProcess> incarnations = new ArrayList<>();

	private long endSeen;

	/**
	 * Create a replica that is not started yet.
	 * @param properties returns its properties for the port of its proxy
	 */
	Replica(String name, int databasePort, Path directory, IntFunction<List<String>> properties) throws IOException {
		this.name = name;
		this.directory = directory;
		this.proxy = new TcpProxy(databasePort, this::token);
		this.properties = properties.apply(this.proxy.port());
	}

	String name() {
		return this.name;
	}

	TcpProxy proxy() {
		return this.proxy;
	}

	/**
	 * Return the name of the current incarnation.
	 */
	synchronized String token() {
		return this.name + "." + this.incarnations.size();
	}

	synchronized ReplicaProcess current() {
		return this.incarnations.get(this.incarnations.size() - 1);
	}

	synchronized List<ReplicaProcess> incarnations() {
		return List.copyOf(this.incarnations);
	}

	synchronized void start() throws IOException {
		List<String> all = new ArrayList<>(this.properties);
		all.addAll(List.of("spring.main.web-application-type=none", "startgate.replica-name=" + this.name));
		String token = this.name + "." + (this.incarnations.size() + 1);
		this.incarnations.add(ReplicaProcess.start(token, this.directory, all));
		this.endSeen = 0;
	}

	/**
	 * Start the process again if it ended some moments ago.
	 */
	synchronized void keepAlive() throws IOException {
		if (current().isAlive() || hasGivenUp()) {
			return;
		}
		if (this.endSeen == 0) {
			this.endSeen = System.nanoTime();
		}
		else if (System.nanoTime() - this.endSeen > BACK_OFF_NANOS * this.incarnations.size()) {
			start();
		}
	}

	synchronized boolean hasGivenUp() {
		return !current().isAlive() && this.incarnations.size() > MOST_RESTARTS;
	}

	@Override
	public synchronized void close() throws IOException {
		this.incarnations.forEach(ReplicaProcess::kill);
		this.proxy.close();
	}

}
