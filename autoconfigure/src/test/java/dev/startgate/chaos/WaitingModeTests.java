package dev.startgate.chaos;

import java.io.IOException;

import dev.startgate.GateState;
import dev.startgate.StartupGate;
import dev.startgate.chaos.TcpProxy.Link;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.StartingReplica;
import dev.startgate.testing.TestApplication;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a replica in the mode that waits for others keeps waiting for a database
 * that is down at first, comes up, goes down again and comes back.
 */
class WaitingModeTests {

	private static final String LOCATIONS = "spring.flyway.locations=classpath:db/jpa";

	private final PostgresDatabase database = PostgresDatabase.create();

	@Test
	void aDatabaseThatComesAndGoesIsWaitedFor() throws IOException {
		String[] properties = this.database.properties();
		int port = Integer.parseInt(properties[0].replaceFirst(".*:(\\d+)/.*", "$1"));
		try (TcpProxy proxy = new TcpProxy(port, () -> "waiting")) {
			proxy.set(Link.REFUSING);
			properties[0] = properties[0].replace(":" + port, ":" + proxy.port());
			try (StartingReplica waiting = StartingReplica.of(properties, LOCATIONS, "startgate.mode=wait",
					"startgate.database.max-wait=1s", "spring.datasource.hikari.connection-timeout=500")) {
				waiting.awaitAnswer("can't be reached");
				proxy.set(Link.UP);
				waiting.awaitAnswer("not done yet");
				proxy.set(Link.REFUSING);
				proxy.cut();
				TestApplication.start(this.database, LOCATIONS).close();
				assertThat(waiting.gate().snapshot().state()).isEqualTo(GateState.WAITING);
				proxy.set(Link.UP);
				assertThat(waiting.started().join().getBean(StartupGate.class).isOpen()).isTrue();
			}
		}
	}

}
