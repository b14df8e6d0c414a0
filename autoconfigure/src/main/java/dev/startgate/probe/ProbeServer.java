package dev.startgate.probe;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

import dev.startgate.gate.StartExecutors;
import dev.startgate.gate.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on one port. One thread serves all connections and waits for none of them. The
 * HTTP server of the JDK uses a thread for each request that it reads, so that a few slow
 * clients keep it from answering probes.
 */
final class ProbeServer implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(ProbeServer.class);

	private static final int BACKLOG = 256;

	private static final int ACCEPTED_AT_ONCE = 64;

	/** One more closes the oldest, as a probe is answered as soon as it is read. */
	private static final int MOST_CONNECTIONS = 500;

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private static final Duration FAREWELL = Duration.ofMillis(50);

	private static final int TICK_MILLIS = 100;

	private final Selector selector;

	private final ServerSocketChannel listener;

	private final SelectionKey listening;

	private final ProbeHandler handler;

	private final Time time;

	private final Thread thread;

	/** In the order of time, the oldest first. */
	private final Set<ProbeConnection> connections = new LinkedHashSet<>();

	private volatile boolean closing;

	private ProbeServer(Selector selector, ServerSocketChannel listener, ProbeHandler handler, Time time)
			throws IOException {
		this.selector = selector;
		this.listener = listener;
		this.handler = handler;
		this.time = time;
		this.listening = listener.register(selector, SelectionKey.OP_ACCEPT);
		this.thread = StartExecutors.daemon("probe-" + listener.socket().getLocalPort(), this::run);
	}

	/**
	 * Listen on a port.
	 * @param port the port
	 * @param answers the answers to probes, called by the server's thread
	 * @param time the time
	 * @throws IOException if the port can't be bound
	 */
	static ProbeServer open(ProbePort port, @Nullable ProbeAnswers answers, Time time) throws IOException {
		ServerSocketChannel listener = ServerSocketChannel.open();
		try {
			listener.configureBlocking(false);
			listener.bind(new InetSocketAddress(port.address(), port.number()), BACKLOG);
			ProbeServer server = new ProbeServer(Selector.open(), listener, new ProbeHandler(port, answers, time),
					time);
			server.thread.start();
			return server;
		}
		catch (IOException ex) {
			listener.close();
			throw ex;
		}
	}

	private void run() {
		try (this.selector; this.listener) {
			while (!this.closing) {
				serve((this.connections.isEmpty() && this.listening.interestOps() != 0) ? 0 : TICK_MILLIS);
			}
			sayFarewell();
		}
		catch (IOException ex) {
			logger.warn("Probes are not answered any more", ex);
		}
		finally {
			this.connections.forEach(ProbeConnection::close);
		}
	}

	/**
	 * Answer clients that have already connected, but don't keep the real server waiting.
	 */
	private void sayFarewell() throws IOException {
		accept();
		this.listener.close();
		long began = this.time.nanoTime();
		do {
			serve(1);
		}
		while (!this.connections.isEmpty() && this.time.since(began).compareTo(FAREWELL) < 0);
	}

	private void serve(int millis) throws IOException {
		this.selector.select(millis);
		if (this.listening.isValid()) {
			this.listening.interestOps(SelectionKey.OP_ACCEPT);
		}
		for (SelectionKey key : this.selector.selectedKeys()) {
			if (key == this.listening) {
				accept();
			}
			else {
				proceed((ProbeConnection) key.attachment());
			}
		}
		this.selector.selectedKeys().clear();
		while (!this.connections.isEmpty() && this.time.since(oldest().since()).compareTo(PATIENCE) >= 0) {
			end(oldest());
		}
	}

	private void accept() {
		try {
			for (int i = 0; i < ACCEPTED_AT_ONCE; i++) {
				SocketChannel channel = this.listener.accept();
				if (channel == null) {
					return;
				}
				this.connections.add(ProbeConnection.of(channel, this.selector, this.time.nanoTime()));
				if (this.connections.size() > MOST_CONNECTIONS) {
					end(oldest());
				}
			}
		}
		catch (IOException ex) {
			logger.debug("A connection could not be accepted", ex);
			// too many files are open: try again in a moment, and not at once
			this.listening.interestOps(0);
			if (!this.connections.isEmpty()) {
				end(oldest());
			}
		}
	}

	private void proceed(ProbeConnection connection) {
		try {
			if (connection.proceed(this.handler)) {
				return;
			}
		}
		catch (IOException | RuntimeException | LinkageError ex) {
			logger.debug("A probe could not be answered", ex);
		}
		end(connection);
	}

	private void end(ProbeConnection connection) {
		this.connections.remove(connection);
		connection.close();
	}

	private ProbeConnection oldest() {
		return this.connections.iterator().next();
	}

	/**
	 * Close the server. Returns when the port is free.
	 */
	@Override
	public void close() {
		this.closing = true;
		this.selector.wakeup();
		try {
			this.thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
