package dev.startgate.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.function.Supplier;

import dev.startgate.chaos.TcpProxy.Link;

/**
 * One connection through the proxy.
 */
final class ProxiedConnection {

	private static final long DELAY_MILLIS = 150;

	private final Socket client;

	private final Socket upstream;

	private final Supplier<Link> link;

	private volatile boolean lostBytes;

	ProxiedConnection(Socket client, Socket upstream, Supplier<Link> link) {
		this.client = client;
		this.upstream = upstream;
		this.link = link;
	}

	void start(Runnable whenClosed) {
		TcpProxy.daemon(() -> pump(this.client, this.upstream, whenClosed), "proxy to database");
		TcpProxy.daemon(() -> pump(this.upstream, this.client, whenClosed), "proxy to replica");
	}

	boolean hasLostBytes() {
		return this.lostBytes;
	}

	private void pump(Socket from, Socket to, Runnable whenClosed) {
		try {
			to.setTcpNoDelay(true);
			InputStream input = from.getInputStream();
			OutputStream output = to.getOutputStream();
			byte[] buffer = new byte[16384];
			for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
				Link now = this.link.get();
				if (now == Link.SLOW) {
					Thread.sleep(DELAY_MILLIS);
				}
				if (now == Link.BLACK_HOLE) {
					this.lostBytes = true;
				}
				if (this.lostBytes && this.link.get() != Link.BLACK_HOLE) {
					break;
				}
				if (!this.lostBytes) {
					output.write(buffer, 0, count);
				}
			}
		}
		catch (IOException | InterruptedException ex) {
			// one side or the proxy has reset the connection
		}
		if (this.link.get() == Link.BLACK_HOLE) {
			// the other side must not notice the end either
			this.lostBytes = true;
			return;
		}
		whenClosed.run();
		if (this.lostBytes) {
			reset();
		}
		close(from);
		close(to);
	}

	void reset() {
		reset(this.client);
		reset(this.upstream);
	}

	static void reset(Socket socket) {
		try {
			socket.setSoLinger(true, 0);
		}
		catch (IOException ex) {
			// closed already
		}
		close(socket);
	}

	private static void close(Socket socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			// closed already
		}
	}

}
