package dev.startgate.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A proxy between one replica and the database. It can reset, refuse, delay and swallow,
 * and knows which incarnation of the replica each connection belongs to.
 */
public final class TcpProxy implements AutoCloseable {

	private final ServerSocket server;

	private final int target;

	private final Supplier<String> token;

	private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();

	private final Map<Integer, String> tokens = new ConcurrentHashMap<>();

	private volatile Link link = Link.UP;

	/**
	 * Create a proxy.
	 * @param target the port of the database
	 * @param token returns the incarnation that connects at this moment
	 */
	public TcpProxy(int target, Supplier<String> token) throws IOException {
		this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		this.target = target;
		this.token = token;
		daemon(this::accept, "proxy " + port());
	}

	public int port() {
		return this.server.getLocalPort();
	}

	/**
	 * Return the incarnation that uses a client port of the database, or {@code null}.
	 */
	String tokenOf(int clientPort) {
		return this.tokens.get(clientPort);
	}

	Link link() {
		return this.link;
	}

	void set(Link link) {
		this.link = link;
		if (link == Link.UP) {
			// a firewall that has forgotten these connections resets them at the next
			// packet
			this.connections.stream().filter(ProxiedConnection::hasLostBytes).forEach(ProxiedConnection::reset);
		}
	}

	public void cut() {
		this.connections.forEach(ProxiedConnection::reset);
	}

	private void accept() {
		while (!this.server.isClosed()) {
			try {
				Socket client = this.server.accept();
				daemon(() -> connect(client), "proxy " + port() + " connect");
			}
			catch (IOException ex) {
				// the proxy is closed, or the next client is accepted
			}
		}
	}

	private void connect(Socket client) {
		try {
			while (this.link == Link.BLACK_HOLE) {
				Thread.sleep(20);
			}
			if (this.link == Link.REFUSING) {
				ProxiedConnection.reset(client);
				return;
			}
			Socket upstream = new Socket(InetAddress.getLoopbackAddress(), this.target);
			this.tokens.put(upstream.getLocalPort(), this.token.get());
			ProxiedConnection connection = new ProxiedConnection(client, upstream, this::link);
			this.connections.add(connection);
			connection.start(() -> this.connections.remove(connection));
		}
		catch (IOException | InterruptedException ex) {
			ProxiedConnection.reset(client);
		}
	}

	static void daemon(Runnable work, String name) {
		Thread thread = new Thread(work, name);
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.server.close();
		cut();
	}

	/**
	 * What happens to the bytes of connections.
	 */
	enum Link {

		/** They go through. */
		UP,

		/** They go through, each packet a little later. */
		SLOW,

		/** They go through, but there are no new connections. */
		REFUSING,

		/** They vanish without an answer, and so do the ends of connections. */
		BLACK_HOLE

	}

}
