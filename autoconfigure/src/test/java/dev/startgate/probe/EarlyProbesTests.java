package dev.startgate.probe;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.startgate.GateState;
import dev.startgate.gate.Gate;
import dev.startgate.gate.StartExecutors;
import dev.startgate.gate.Time;
import dev.startgate.probe.ProbePort.Role;
import dev.startgate.testing.FreePort;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link EarlyProbes}: when a port is open, and what happens if it is taken.
 */
@ExtendWith(OutputCaptureExtension.class)
class EarlyProbesTests {

	private static final ProbeAnswers ANSWERS = new ProbeAnswers("startgate",
			() -> new ProbeHealth("OUT_OF_SERVICE", Map.of()));

	private final StartExecutors threads = new StartExecutors();

	private final Gate gate = new Gate("test", Time.system());

	private ProbePort port;

	private List<ProbePort> ports;

	private EarlyProbes probes;

	@BeforeEach
	void create() throws IOException {
		this.port = new ProbePort(Role.MAIN, null, FreePort.next(),
				List.of(new ProbePath("/live", Probe.LIVENESS, false, false, List.of())), Map.of());
		this.ports = List.of(this.port);
		this.probes = new EarlyProbes(this.gate, this.threads, Time.system(), () -> this.ports, ANSWERS);
		this.gate.addListener(this.probes);
	}

	@AfterEach
	void close() {
		// stops the thread that opens a port first, so that closing does not wait for it
		this.threads.close();
		this.probes.close();
	}

	@ParameterizedTest
	@EnumSource(names = { "WAITING", "MIGRATING", "BLOCKED" })
	void opensWhenThereIsWorkOrAWait(GateState state) {
		this.gate.moveTo(GateState.CONNECTING);
		this.gate.moveTo(state);
		awaitOpen();
	}

	@Test
	void opensWhenTheDatabaseIsNotThere() {
		this.gate.moveTo(GateState.CONNECTING);
		assertThat(isOpen()).isFalse();
		awaitOpen();
	}

	@Test
	void staysClosedWhenThereIsNothingToDo() {
		this.gate.moveTo(GateState.CONNECTING);
		this.gate.moveTo(GateState.SETTLING);
		Awaitility.await().during(Duration.ofSeconds(4)).failFast("open", this::isOpen).until(() -> true);
	}

	@Test
	void isNotOpenedAgainAfterTheHandOver() {
		this.gate.moveTo(GateState.MIGRATING);
		awaitOpen();
		this.probes.handOver(Role.MAIN);
		assertThatNoException().isThrownBy(() -> new ServerSocket(this.port.number()).close());
		this.gate.moveTo(GateState.SETTLING);
		this.gate.moveTo(GateState.MIGRATING);
		Awaitility.await().during(Duration.ofMillis(300)).until(() -> !isOpen());
	}

	@Test
	void doesWithoutAPortThatIsTaken(CapturedOutput output) throws IOException {
		try (ServerSocket other = new ServerSocket(0)) {
			this.ports = List
				.of(new ProbePort(Role.MANAGEMENT, null, other.getLocalPort(), this.port.paths(), Map.of()), this.port);
			this.gate.moveTo(GateState.MIGRATING);
			awaitOpen();
			assertThat(output).containsOnlyOnce(
					"Probes are not answered on port " + other.getLocalPort() + " before the web server starts");
			assertThat(this.probes.handOver(Role.MANAGEMENT)).isFalse();
			assertThat(this.probes.handOver(Role.MAIN)).isTrue();
		}
	}

	private void awaitOpen() {
		Awaitility.await().until(this::isOpen);
	}

	private boolean isOpen() {
		return Answer.get(this.port.number(), "/live").status() == 200;
	}

}
