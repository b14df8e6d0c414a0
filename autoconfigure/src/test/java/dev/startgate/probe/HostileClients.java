package dev.startgate.probe;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Clients that hold on to their connections, and connect again as soon as they lose one.
 */
final class HostileClients implements AutoCloseable {

	private static final int PACE_MILLIS = 20;

	private final Kind kind;

	private final InetSocketAddress target;

	private final SocketChannel[] channels;

	private final CountDownLatch connected;

	private final CountDownLatch stopped = new CountDownLatch(1);

	private final Thread thread = new Thread(this::attack, "hostile");

	private HostileClients(Kind kind, int count, int port) {
		this.kind = kind;
		this.target = new InetSocketAddress("localhost", port);
		this.channels = new SocketChannel[count];
		this.connected = new CountDownLatch(count);
	}

	/**
	 * Begin, and return when each client has connected once.
	 */
	static HostileClients attack(Kind kind, int count, int port) throws InterruptedException {
		HostileClients clients = new HostileClients(kind, count, port);
		clients.thread.start();
		if (!clients.connected.await(60, TimeUnit.SECONDS)) {
			throw new AssertionError(clients.connected.getCount() + " clients can't connect");
		}
		return clients;
	}

	private void attack() {
		try {
			do {
				for (int i = 0; i < this.channels.length; i++) {
					go(i);
				}
			}
			while (!this.stopped.await(PACE_MILLIS, TimeUnit.MILLISECONDS));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void go(int index) {
		try {
			if (this.channels[index] == null) {
				connect(index);
			}
			else {
				this.channels[index].write(bytes(this.kind.drip));
			}
		}
		catch (IOException ex) {
			close(index);
		}
	}

	private void connect(int index) throws IOException {
		SocketChannel channel = SocketChannel.open();
		this.channels[index] = channel;
		// with a time-out, in case nobody accepts
		channel.socket().connect(this.target, 1000);
		channel.configureBlocking(false);
		channel.write(bytes(this.kind.first));
		this.connected.countDown();
	}

	private void close(int index) {
		try (SocketChannel channel = this.channels[index]) {
			this.channels[index] = null;
		}
		catch (IOException ex) {
			// the connection is gone in any case
		}
	}

	private static ByteBuffer bytes(String text) {
		return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
	}

	@Override
	public void close() throws InterruptedException {
		this.stopped.countDown();
		this.thread.join();
		for (int i = 0; i < this.channels.length; i++) {
			close(i);
		}
	}

	/**
	 * What the clients do.
	 */
	enum Kind {

		IDLE("", ""),

		SLOW_HEAD("GET /live HTTP/1.1\r\nHost: x\r\n", "a: b\r\n"),

		/** Never reads its answer. */
		DEAF("GET /start HTTP/1.1\r\nHost: x\r\n\r\n", ""),

		SLOW_BODY("POST /live HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n", "body"),

		ENDLESS_HEAD("GET /live HTTP/1.1\r\nHost: x\r\n", "a".repeat(500)),

		GREEDY_BODY("POST /live HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n", "b".repeat(20_000));

		private final String first;

		private final String drip;

		Kind(String first, String drip) {
			this.first = first;
			this.drip = drip;
		}

	}

}
