package dev.startgate.probe;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A port on which the application will answer probes later.
 *
 * @param role the web server that has the port
 * @param address the address it will be bound to, {@code null} for all
 * @param number its number
 * @param paths where probes are answered
 * @param endpoints the endpoints that are answered, by their paths
 */
public record ProbePort(Role role, @Nullable InetAddress address, int number, List<ProbePath> paths,
		Map<String, EarlyEndpoint> endpoints) {

	/**
	 * Return what is answered on this port, in words for the log.
	 */
	String answered() {
		return Stream
			.concat(this.paths.isEmpty() ? Stream.empty() : Stream.of("probes"),
					this.endpoints.values().stream().map((endpoint) -> "'" + endpoint.id() + "'").sorted())
			.collect(Collectors.joining(", "));
	}

	/**
	 * Whose port it is.
	 */
	public enum Role {

		/**
		 * The application's web server, which binds in phase {@code MAX - 2048}.
		 */
		MAIN(Integer.MAX_VALUE - 2049),

		/**
		 * The web server of the management context, which starts in phase
		 * {@code MAX - 1536}.
		 */
		MANAGEMENT(Integer.MAX_VALUE - 1537);

		private final int handOverPhase;

		Role(int handOverPhase) {
			this.handOverPhase = handOverPhase;
		}

		int handOverPhase() {
			return this.handOverPhase;
		}

	}

}
