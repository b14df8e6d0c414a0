package dev.startgate.probe;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

import com.sun.net.httpserver.HttpServer;

/**
 * Listens on one port.
 */
final class ProbeServer implements AutoCloseable {

	private static final int BACKLOG = 50;

	private final HttpServer server;

	private final ProbeThreads threads;

	private ProbeServer(HttpServer server, ProbeThreads threads) {
		this.server = server;
		this.threads = threads;
	}

	/**
	 * Listen on a port. The server's own thread is a daemon if the calling one is.
	 * @param port the port
	 * @param answers what is answered
	 * @param timers run short tasks at a time
	 * @param patience how long one request may take
	 * @throws IOException if the port can't be bound
	 */
	static ProbeServer open(ProbePort port, ProbeAnswers answers, ScheduledExecutorService timers, Duration patience)
			throws IOException {
		HttpServer server = HttpServer.create(new InetSocketAddress(port.address(), port.number()), BACKLOG);
		ProbeThreads threads = new ProbeThreads(timers, patience);
		server.createContext("/", new ProbeHandler(port, answers));
		server.setExecutor(threads);
		server.start();
		return new ProbeServer(server, threads);
	}

	/**
	 * Return when the port is free.
	 */
	@Override
	public void close() {
		this.server.stop(0);
		this.threads.close();
	}

}
