package dev.startgate.testing;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A proxy of a database that counts round trips: how often a client sends something after
 * it got an answer. Unlike times, this number does not depend on other load.
 */
public final class RoundTrips implements Closeable {

	private static final Pattern PORT = Pattern.compile("//(?:localhost|127\\.0\\.0\\.1):(\\d+)");

	private static final long PART = TimeUnit.MILLISECONDS.toNanos(1);

	private final ServerSocket server;

	private final int target;

	private final AtomicLong count = new AtomicLong();

	/**
	 * Count the round trips to a server of this machine.
	 * @param url the URL of a database
	 */
	public RoundTrips(String url) throws IOException {
		Matcher port = PORT.matcher(url);
		if (!port.find()) {
			throw new IllegalArgumentException(url);
		}
		this.target = Integer.parseInt(port.group(1));
		this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		inBackground(this::accept);
	}

	/**
	 * Return the URL that leads to a database through this proxy.
	 * @param url the URL of the database
	 */
	public String through(String url) {
		return PORT.matcher(url).replaceFirst("//127.0.0.1:" + this.server.getLocalPort());
	}

	public long count() {
		return this.count.get();
	}

	private void accept() throws IOException {
		while (true) {
			Socket client = this.server.accept();
			Socket database = new Socket(InetAddress.getLoopbackAddress(), this.target);
			client.setTcpNoDelay(true);
			database.setTcpNoDelay(true);
			AtomicBoolean answered = new AtomicBoolean(true);
			inBackground(() -> pass(client, database, () -> {
				if (answered.getAndSet(false)) {
					this.count.incrementAndGet();
				}
				// a driver may send two parts without waiting for an answer in between
				LockSupport.parkNanos(PART);
			}));
			inBackground(() -> pass(database, client, () -> answered.set(true)));
		}
	}

	private static void pass(Socket from, Socket to, Runnable seen) throws IOException {
		byte[] bytes = new byte[16384];
		try (from; to) {
			InputStream in = from.getInputStream();
			// collect a whole question before the database may answer it
			OutputStream out = new BufferedOutputStream(to.getOutputStream(), 1 << 20);
			for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
				seen.run();
				out.write(bytes, 0, read);
				while (in.available() > 0) {
					out.write(bytes, 0, in.read(bytes));
				}
				out.flush();
			}
		}
	}

	private static void inBackground(Traffic traffic) {
		Thread thread = new Thread(() -> {
			try {
				traffic.flow();
			}
			catch (IOException ex) {
				// one of the two has closed the connection
			}
		}, "round trips");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.server.close();
	}

	private interface Traffic {

		void flow() throws IOException;

	}

}
