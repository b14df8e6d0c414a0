package dev.startgate.sample.fleet;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Checks that the ports of the replicas are free before anything is started.
 */
final class FleetPorts {

	private FleetPorts() {
	}

	static void check(FleetOptions options) {
		for (int port = options.port(); port < options.port() + options.replicas(); port++) {
			if (!isFree(port)) {
				throw new FleetException("Port " + port + " is taken, and the demo needs " + options.port() + " to "
						+ (options.port() + options.replicas() - 1) + ".\n"
						+ "Stop what listens there, or choose other ports: --fleet.port=9081 (with Maven: "
						+ "-Dspring-boot.run.arguments=\"--fleet.port=9081\")");
			}
		}
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket()) {
			socket.setReuseAddress(true);
			socket.bind(new InetSocketAddress(port));
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
