package dev.startgate.probe;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.startgate.GateState;
import dev.startgate.gate.Gate;
import dev.startgate.gate.StartExecutors;
import dev.startgate.gate.Time;
import dev.startgate.probe.HostileClients.Kind;
import dev.startgate.probe.ProbePort.Role;
import dev.startgate.testing.FreePort;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each probe is answered in time, whatever clients do to the port. They keep hundreds of
 * connections open, and send headers and bodies slowly or without end. Meanwhile the test
 * asks a hundred times for liveness, and prints the longest answer. The build allows half
 * a minute for each, because its machine may be busy, and a connection that does not fit
 * into the queue of the port is tried again after seconds. To allow 200 ms:
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=HostileClientsTests -Dprobe.worst=200
 * </pre>
 */
class HostileClientsTests {

	private static final int PROBES = 100;

	private static final Duration WORST = Duration.ofMillis(Long.getLong("probe.worst", 30_000));

	/** Shorter than the five seconds after which slow clients are cut off. */
	private static final Duration PERIOD = Duration.ofSeconds(3);

	private final StartExecutors threads = new StartExecutors();

	private final Gate gate = new Gate("test", Time.system());

	private final int port = FreePort.next();

	/** Its answer is as long as that of a start with 2000 steps. */
	private final CountedEndpoint start = new CountedEndpoint(() -> "a".repeat(1_000_000));

	private EarlyProbes probes;

	@BeforeEach
	void open() {
		ProbePort open = new ProbePort(Role.MAIN, null, this.port,
				List.of(new ProbePath("/live", Probe.LIVENESS, false, false, List.of())), Map.of("/start", this.start));
		this.probes = new EarlyProbes(this.gate, this.threads, Time.system(), () -> List.of(open),
				new ProbeAnswers("startgate", () -> new ProbeHealth("OUT_OF_SERVICE", Map.of())));
		this.gate.addListener(this.probes);
		this.gate.moveTo(GateState.MIGRATING);
		Awaitility.await().until(() -> Answer.get(this.port, "/live").status() == 200);
	}

	@AfterEach
	void close() {
		this.threads.close();
		this.probes.close();
	}

	@ParameterizedTest
	@CsvSource({ "IDLE, 300", "SLOW_HEAD, 300", "SLOW_BODY, 60", "ENDLESS_HEAD, 300", "GREEDY_BODY, 60", "DEAF, 300" })
	void everyProbeIsAnsweredInTime(Kind kind, int count) throws Exception {
		try (HostileClients clients = HostileClients.attack(kind, count, this.port)) {
			assertAnswered(kind.toString());
		}
	}

	@Test
	void everyProbeIsAnsweredInTimeUnderAllOfItAtOnce() throws Exception {
		try (HostileClients idle = HostileClients.attack(Kind.IDLE, 300, this.port);
				HostileClients heads = HostileClients.attack(Kind.SLOW_HEAD, 300, this.port);
				HostileClients bodies = HostileClients.attack(Kind.SLOW_BODY, 60, this.port)) {
			assertAnswered("all of it");
		}
	}

	/**
	 * Hundreds of clients ask for an endpoint as often as they can. Its answer is made at
	 * most once a second.
	 */
	@Test
	void anEndpointThatIsAskedForByManyCostsNoMoreThanForAFew() throws Exception {
		long began = System.nanoTime();
		try (HostileClients deaf = HostileClients.attack(Kind.DEAF, 300, this.port);
				Prober prober = Prober.start(this.port, "/start")) {
			prober.awaitAnswers(200);
			assertAnswered("requests for an endpoint");
		}
		assertThat(this.start.made()).isBetween(1L, 2 + Duration.ofNanos(System.nanoTime() - began).toSeconds());
	}

	private void assertAnswered(String attack) {
		long worst = 0;
		int late = 0;
		for (int i = 0; i < PROBES; i++) {
			long began = System.nanoTime();
			assertThat(probe()).as("answer %s under %s", i, attack).startsWith("HTTP/1.1 200 ");
			long took = System.nanoTime() - began;
			worst = Math.max(worst, took);
			late += (took > PERIOD.toNanos()) ? 1 : 0;
		}
		System.out.println("Longest of " + PROBES + " answers under " + attack + ": " + Duration.ofNanos(worst));
		assertThat(Duration.ofNanos(worst)).isLessThan(WORST);
		assertThat(late).as("answers that took longer than %s", PERIOD).isLessThanOrEqualTo(PROBES / 10);
	}

	private String probe() {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress("localhost", this.port), Math.toIntExact(WORST.toMillis()));
			socket.setSoTimeout(Math.toIntExact(WORST.toMillis()));
			socket.getOutputStream()
				.write("GET /live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
					.getBytes(StandardCharsets.US_ASCII));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

}
