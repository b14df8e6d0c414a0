package dev.startgate.probe;

import java.net.ServerSocket;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import dev.startgate.testing.FreePort;
import dev.startgate.testing.HeldMigration;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.StartingReplica;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for an application whose migration takes long, seen through its probes.
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class WebReplicaTests {

	private static final Duration PERIOD_OF_KUBERNETES = Duration.ofSeconds(10);

	private static final String LIVENESS = "/actuator/health/liveness";

	private static final String READINESS = "/actuator/health/readiness";

	private final PostgresDatabase database = PostgresDatabase.create();

	private HeldMigration held;

	private StartingReplica replica;

	@BeforeEach
	void hold() throws SQLException {
		this.held = HeldMigration.in(this.database);
	}

	@AfterEach
	void close() throws SQLException {
		this.held.close();
		if (this.replica != null) {
			this.replica.close();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void aMigratingPodIsAliveAndNotReady(WebApplicationType type) throws Exception {
		int port = FreePort.next();
		this.replica = start(type, "server.port=" + port, "spring.main.cloud-platform=kubernetes");
		awaitMigrating(port, LIVENESS);
		assertThat(Answer.get(port, LIVENESS).json()).containsExactlyEntriesOf(Map.of("status", "UP"));
		Answer readiness = Answer.get(port, READINESS);
		assertThat(readiness.status()).isEqualTo(503);
		assertThat(readiness.json()).containsExactlyEntriesOf(Map.of("status", "OUT_OF_SERVICE"));
		assertThat(Answer.get(port, "/actuator/health").status()).isEqualTo(503);
		Answer other = Answer.get(port, "/parcels");
		assertThat(other.status()).isEqualTo(503);
		assertThat(other.retryAfter()).isEqualTo("5");
		try (Prober prober = Prober.start(port, LIVENESS)) {
			this.held.close();
			this.replica.started().get(120, TimeUnit.SECONDS);
			Awaitility.await().until(() -> Answer.get(port, READINESS).status() == 200);
			assertThat(prober.longestFailure()).isLessThan(PERIOD_OF_KUBERNETES);
		}
	}

	@Test
	void aManagementPortOfItsOwnIsAnsweredAnywhere() throws Exception {
		int port = FreePort.next();
		int main = FreePort.next();
		this.replica = start(WebApplicationType.SERVLET, "server.port=" + main, "management.server.port=" + port,
				"management.server.base-path=/manage",
				"management.endpoint.health.group.readiness.include=readinessState",
				"management.endpoint.health.group.readiness.show-details=always");
		awaitMigrating(port, "/manage" + LIVENESS);
		assertThat(Answer.get(main, "/").status()).isEqualTo(Answer.NONE);
		Answer early = Answer.get(port, "/manage" + READINESS);
		assertThat(early.body()).contains("\"current\":\"V2 ").contains("\"state\":\"MIGRATING\"");
		try (Prober prober = Prober.start(port, "/manage" + LIVENESS)) {
			this.held.close();
			this.replica.started().get(120, TimeUnit.SECONDS);
			Awaitility.await().until(() -> Answer.get(port, "/manage" + READINESS).status() == 200);
			assertThat(prober.longestFailure()).isLessThan(PERIOD_OF_KUBERNETES);
		}
		Answer late = Answer.get(port, "/manage" + READINESS);
		assertThat(early.type()).isEqualTo(late.type());
		assertThat(early.json().keySet()).isEqualTo(late.json().keySet());
		assertThat(component(early, "startgate")).containsAll(component(late, "startgate"));
		assertThat(component(early, "readinessState")).isEqualTo(component(late, "readinessState"));
	}

	@SuppressWarnings("unchecked")
	private static Set<String> component(Answer answer, String name) {
		var components = (Map<String, Map<String, Object>>) answer.json().get("components");
		return components.get(name).keySet();
	}

	@Test
	void elsewhereTheMainPortIsLeftAlone() throws Exception {
		int port = FreePort.next();
		this.replica = start(WebApplicationType.SERVLET, "server.port=" + port);
		this.held.awaitReached();
		Awaitility.await()
			.during(Duration.ofSeconds(1))
			.until(() -> Answer.get(port, LIVENESS).status() == Answer.NONE);
		this.held.close();
		this.replica.started().get(120, TimeUnit.SECONDS);
	}

	@Test
	void aServerThatWaitsForTheGateLeavesItsPortToTheProbes() throws Exception {
		int port = FreePort.next();
		int main = FreePort.next();
		this.replica = start(WebApplicationType.SERVLET, "startgate.probe.enabled=true", "server.port=" + main,
				"management.server.port=" + port, "management.endpoint.health.probes.add-additional-paths=true",
				"startgate.defer.include=webServerStartStop,childManagementContextInitializer",
				"startgate.metadata.sql[0].name=parcels",
				"startgate.metadata.sql[0].query=select count(*) > 0 from parcel");
		awaitMigrating(port, LIVENESS);
		this.held.close();
		this.replica.awaitAnswer("false");
		assertThat(Answer.get(port, LIVENESS).status()).isEqualTo(200);
		assertThat(Answer.get(main, "/livez").status()).isEqualTo(200);
		assertThat(Answer.get(main, "/readyz").status()).isEqualTo(503);
		this.database.jdbc().update("insert into parcel values (1)");
		this.replica.started().get(120, TimeUnit.SECONDS);
		assertThat(Answer.get(port, READINESS).status()).isEqualTo(200);
		assertThat(Answer.get(main, "/readyz").status()).isEqualTo(200);
	}

	/**
	 * Probes are answered on the address of each server, and on its later paths.
	 */
	@Test
	void probesAreAnsweredWhereTheServersWillAnswer() throws Exception {
		int port = FreePort.next();
		int main = FreePort.next();
		this.replica = start(WebApplicationType.SERVLET, "startgate.probe.enabled=true", "server.address=127.0.0.2",
				"server.port=" + main, "management.server.address=127.0.0.3", "management.server.port=" + port,
				"management.endpoints.web.base-path=/", "management.endpoints.web.path-mapping.health=/state",
				"management.endpoint.health.group.alive.include=ping",
				"management.endpoint.health.group.alive.additional-path=server:/alive");
		awaitMigrating("127.0.0.2", main, "/alive");
		assertAnswered(main, port);
		assertThat(Answer.get("127.0.0.3", port, "/state/readiness").status()).isEqualTo(503);
		this.held.close();
		this.replica.started().get(120, TimeUnit.SECONDS);
		assertAnswered(main, port);
		assertThat(Answer.get("127.0.0.3", port, "/state/readiness").status()).isEqualTo(200);
	}

	private static void assertAnswered(int main, int management) {
		assertThat(Answer.get("127.0.0.2", main, "/alive").status()).isEqualTo(200);
		assertThat(Answer.get("127.0.0.3", management, "/state/liveness").status()).isEqualTo(200);
		assertThat(Answer.get("127.0.0.3", management, "/state/alive").status()).isEqualTo(200);
		assertThat(Answer.get("127.0.0.1", main, "/alive").status()).isEqualTo(Answer.NONE);
		assertThat(Answer.get("127.0.0.1", management, "/state/liveness").status()).isEqualTo(Answer.NONE);
	}

	@Test
	void aPortThatIsTakenDuringTheMigrationHoldsUpNothing(CapturedOutput output) throws Exception {
		int port = FreePort.next();
		try (ServerSocket other = new ServerSocket(port)) {
			this.replica = start(WebApplicationType.SERVLET, "server.port=" + port, "startgate.probe.enabled=true");
			this.held.awaitReached();
			Awaitility.await()
				.until(() -> output.toString().contains("Probes are not answered on port " + other.getLocalPort()));
		}
		this.held.close();
		this.replica.started().get(120, TimeUnit.SECONDS);
		assertThat(Answer.get(port, READINESS).status()).isEqualTo(200);
	}

	@Test
	void aStartThatFailsLeavesNoPortOpen() throws Exception {
		int port = FreePort.next();
		this.replica = start(WebApplicationType.SERVLET, "server.port=" + port, "startgate.probe.enabled=true");
		awaitMigrating(port, LIVENESS);
		this.held.cancel();
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> this.replica.started().get(120, TimeUnit.SECONDS));
		assertThat(Answer.get(port, LIVENESS).status()).isEqualTo(Answer.NONE);
	}

	private StartingReplica start(WebApplicationType type, String... properties) {
		String[] all = Arrays.copyOf(properties, properties.length + 1);
		all[properties.length] = "spring.flyway.locations=classpath:db/held";
		return StartingReplica.of(type, this.database.properties(), all);
	}

	private void awaitMigrating(int port, String path) {
		awaitMigrating("localhost", port, path);
	}

	private void awaitMigrating(String address, int port, String path) {
		Awaitility.await("answer of " + port + path)
			.failFast("ended", () -> this.replica.started().isDone())
			.until(() -> Answer.get(address, port, path).status() == 200);
		this.held.awaitReached();
	}

}
