package dev.startgate.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A port on which something is to be started in a moment. The system does not give it to
 * anybody else meanwhile: it takes those of outgoing connections, and those of servers
 * that leave the choice to it, from a range above.
 */
public final class FreePort {

	private static final int FIRST = 10_000;

	private static final int SIZE = 32_768 - FIRST;

	/** None is given out twice, and each process begins somewhere else. */
	private static final AtomicInteger NEXT = new AtomicInteger((int) (ProcessHandle.current().pid() * 631 % SIZE));

	private FreePort() {
	}

	/**
	 * Return one at which nobody listens.
	 */
	public static int next() {
		while (true) {
			int port = FIRST + NEXT.getAndIncrement() % SIZE;
			try (ServerSocket socket = new ServerSocket(port)) {
				return socket.getLocalPort();
			}
			catch (IOException ex) {
				// somebody listens there
			}
		}
	}

}
