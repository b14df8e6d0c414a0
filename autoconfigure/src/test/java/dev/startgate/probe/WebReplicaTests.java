package dev.startgate.probe;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import dev.startgate.GateState;
import dev.startgate.testing.HeldMigration;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.StartingReplica;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for an application whose migration takes long, as somebody who probes it sees it.
 */
class WebReplicaTests {

	private static final String LIVENESS = "/actuator/health/liveness";

	private static final String READINESS = "/actuator/health/readiness";

	private final PostgresDatabase database = PostgresDatabase.create();

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void aMigratingPodIsAliveAndNotReady(WebApplicationType type) throws Exception {
		int port = Answer.freePort();
		HeldMigration held = HeldMigration.in(this.database);
		try (held;
				StartingReplica replica = start(type, "server.port=" + port, "spring.main.cloud-platform=kubernetes")) {
			awaitMigrating(replica, port, LIVENESS);
			assertThat(Answer.get(port, LIVENESS).json()).containsExactlyEntriesOf(Map.of("status", "UP"));
			Answer readiness = Answer.get(port, READINESS);
			assertThat(readiness.status()).isEqualTo(503);
			assertThat(readiness.json()).containsExactlyEntriesOf(Map.of("status", "OUT_OF_SERVICE"));
			assertThat(Answer.get(port, "/actuator/health").status()).isEqualTo(503);
			Answer other = Answer.get(port, "/parcels");
			assertThat(other.status()).isEqualTo(503);
			assertThat(other.retryAfter()).isEqualTo("5");
			try (Prober prober = Prober.start(port, LIVENESS)) {
				held.close();
				replica.started().get(60, TimeUnit.SECONDS);
				Awaitility.await().until(() -> Answer.get(port, READINESS).status() == 200);
				assertThat(prober.longestFailure()).isLessThan(Duration.ofSeconds(1));
			}
		}
	}

	@Test
	void aManagementPortOfItsOwnIsAnsweredAnywhere() throws Exception {
		int port = Answer.freePort();
		int main = Answer.freePort();
		HeldMigration held = HeldMigration.in(this.database);
		try (held;
				StartingReplica replica = start(WebApplicationType.SERVLET, "server.port=" + main,
						"management.server.port=" + port, "management.server.base-path=/manage",
						"management.endpoint.health.show-details=always")) {
			awaitMigrating(replica, port, "/manage" + LIVENESS);
			assertThat(Answer.get(main, "/").status()).isEqualTo(Answer.NONE);
			Answer early = Answer.get(port, "/manage" + READINESS);
			assertThat(early.body()).contains("\"current\":\"V2 ").contains("\"state\":\"MIGRATING\"");
			try (Prober prober = Prober.start(port, "/manage" + LIVENESS)) {
				held.close();
				replica.started().get(60, TimeUnit.SECONDS);
				Awaitility.await().until(() -> Answer.get(port, "/manage" + READINESS).status() == 200);
				assertThat(prober.longestFailure()).isLessThan(Duration.ofSeconds(2));
			}
			Answer late = Answer.get(port, "/manage" + READINESS);
			assertThat(early.type()).isEqualTo(late.type());
			assertThat(early.json().keySet()).isEqualTo(late.json().keySet());
			assertThat(component(early, "startgate")).containsAll(component(late, "startgate"));
			assertThat(component(early, "readinessState")).isEqualTo(component(late, "readinessState"));
		}
	}

	@SuppressWarnings("unchecked")
	private static Set<String> component(Answer answer, String name) {
		var components = (Map<String, Map<String, Object>>) answer.json().get("components");
		return components.get(name).keySet();
	}

	@Test
	void elsewhereTheMainPortIsLeftAlone() throws Exception {
		int port = Answer.freePort();
		try (HeldMigration held = HeldMigration.in(this.database);
				StartingReplica replica = start(WebApplicationType.SERVLET, "server.port=" + port)) {
			replica.awaitState(GateState.MIGRATING);
			Awaitility.await()
				.during(Duration.ofSeconds(1))
				.until(() -> Answer.get(port, LIVENESS).status() == Answer.NONE);
			held.close();
			replica.started().get(60, TimeUnit.SECONDS);
		}
	}

	@Test
	void aStartThatFailsLeavesNoPortOpen() throws Exception {
		int port = Answer.freePort();
		try (HeldMigration held = HeldMigration.in(this.database);
				StartingReplica replica = start(WebApplicationType.SERVLET, "server.port=" + port,
						"startgate.probe.enabled=true")) {
			awaitMigrating(replica, port, LIVENESS);
			this.database.jdbc()
				.queryForList("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'"
						+ " and not granted and objid = 4711");
			assertThatException().isThrownBy(() -> replica.started().get(60, TimeUnit.SECONDS));
			assertThat(Answer.get(port, LIVENESS).status()).isEqualTo(Answer.NONE);
		}
	}

	private StartingReplica start(WebApplicationType type, String... properties) {
		String[] all = Arrays.copyOf(properties, properties.length + 1);
		all[properties.length] = "spring.flyway.locations=classpath:db/held";
		return StartingReplica.of(type, this.database.properties(), all);
	}

	private static void awaitMigrating(StartingReplica replica, int port, String path) {
		Awaitility.await("answer of " + port + path)
			.atMost(Duration.ofSeconds(60))
			.failFast("ended", () -> replica.started().isDone())
			.until(() -> Answer.get(port, path).status() == 200);
		replica.awaitState(GateState.MIGRATING);
	}

}
