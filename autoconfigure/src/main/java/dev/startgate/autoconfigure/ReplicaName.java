package dev.startgate.autoconfigure;

import java.net.InetAddress;
import java.net.UnknownHostException;

import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Finds the name of a replica: the configured one, else the environment variable
 * {@code HOSTNAME}, else the host name and the process id.
 */
final class ReplicaName {

	private ReplicaName() {
	}

	static String of(Environment environment) {
		String configured = environment.getProperty("startgate.replica-name");
		if (StringUtils.hasText(configured)) {
			return configured;
		}
		String podName = environment.getProperty("HOSTNAME");
		return StringUtils.hasText(podName) ? podName : hostName() + "-" + ProcessHandle.current().pid();
	}

	private static String hostName() {
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "localhost";
		}
	}

}
