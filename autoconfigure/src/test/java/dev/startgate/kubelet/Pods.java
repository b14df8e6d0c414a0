package dev.startgate.kubelet;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.startgate.testing.FreePort;
import dev.startgate.testing.PostgresDatabase;

/**
 * Pods as most charts have them: two probes without any numbers, and no startup probe.
 */
final class Pods {

	private Pods() {
	}

	static PodSpec of(PostgresDatabase database, String name, List<String> properties) throws IOException {
		int port = FreePort.next();
		List<String> all = new ArrayList<>(List.of(database.properties()));
		all.addAll(properties);
		all.add("server.port=" + port);
		return new PodSpec(name, port, all, null, ProbeSpec.withDefaults(new HttpGet("/actuator/health/liveness")),
				ProbeSpec.withDefaults(new HttpGet("/actuator/health/readiness")), Duration.ofSeconds(30));
	}

}
