package dev.startgate.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A port for a server that is about to start. The system does not give it to another
 * process meanwhile. The ports of outgoing connections, and those of servers that leave
 * the choice to the system, come from a range above.
 */
public final class FreePort {

	private static final int FIRST = 10_000;

	private static final int SIZE = 32_768 - FIRST;

	/** No port is given out twice, and each process begins with another one. */
	private static final AtomicInteger NEXT = new AtomicInteger((int) (ProcessHandle.current().pid() * 631 % SIZE));

	private FreePort() {
	}

	/**
	 * Return a port on which no process listens.
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
