package dev.startgate.probe;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import dev.startgate.GateState;
import dev.startgate.gate.Time;
import dev.startgate.probe.ProbePort.Role;
import dev.startgate.testing.FreePort;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ProbeServer}: each request gets the answer that HTTP wants, byte for
 * byte.
 */
class ProbeServerTests {

	private static final int TIMEOUT = 60_000;

	private final int port = FreePort.next();

	private Supplier<String> details = () -> "";

	private Supplier<?> told = () -> Map.of("state", GateState.WAITING);

	private final CountedEndpoint endpoint = new CountedEndpoint(() -> this.told.get());

	private ProbeServer server;

	@BeforeEach
	void open() throws IOException {
		this.server = ProbeServer.open(
				new ProbePort(Role.MAIN, null, this.port,
						List.of(new ProbePath("/live", Probe.LIVENESS, false, false, List.of()),
								new ProbePath("/all of it", Probe.HEALTH, true, true, List.of())),
						Map.of("/start", this.endpoint)),
				new ProbeAnswers("startgate",
						() -> new ProbeHealth("OUT_OF_SERVICE", Map.of("long", this.details.get()))),
				Time.system());
	}

	@AfterEach
	void close() {
		this.server.close();
	}

	@Test
	void aProbeGetsItsAnswerAndTheEndOfTheConnection() throws IOException {
		assertThat(ask("GET /live HTTP/1.1\r\nHost: x\r\n\r\n"))
			.matches("HTTP/1.1 200 OK\r\n" + "Date: \\w{3}, \\d+ \\w{3} \\d{4} [0-9:]{8} GMT\r\n"
					+ "Content-Type: application/vnd.spring-boot.actuator.v3\\+json\r\nContent-Length: 15\r\n"
					+ "Connection: close\r\n\r\n\\{\"status\":\"UP\"}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET /live?verbose HTTP/1.1\r\nHost: x", "GET http://x:80/live HTTP/1.1\r\nHost: x",
			"GET HTTPS://x/live HTTP/1.1\r\nHost: x", "GET /live HTTP/1.0", "GET /live HTTP/1.9\r\nhost:x",
			"\r\n\r\nGET /live HTTP/1.1\r\nHost: x", "GET /liv%65 HTTP/1.1\r\nHost: x",
			"GET /live HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5",
			"GET /live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket" })
	void aProbeMayTakeManyForms(String request) throws IOException {
		assertThat(ask(request + "\r\n\r\n")).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n{\"status\":\"UP\"}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET / HTTP/1.1\r\nHost: x", "GET /live/ HTTP/1.1\r\nHost: x",
			"GET //live HTTP/1.1\r\nHost: x", "GET //x/live HTTP/1.1\r\nHost: x", "GET /Live HTTP/1.1\r\nHost: x",
			"GET /live;a=b HTTP/1.1\r\nHost: x", "GET /x/../live HTTP/1.1\r\nHost: x",
			"GET /x/%2e%2e/live HTTP/1.1\r\nHost: x", "GET /live%00 HTTP/1.1\r\nHost: x",
			"GET /%2Flive HTTP/1.1\r\nHost: x", "GET /live%C0%AF HTTP/1.1\r\nHost: x", "OPTIONS * HTTP/1.1\r\nHost: x",
			"CONNECT live:80 HTTP/1.1\r\nHost: x", "TRACE /live HTTP/1.1\r\nHost: x\r\nCookie: secret",
			"POST /live HTTP/1.1\r\nHost: x", "get /live HTTP/1.1\r\nHost: x", "BREW /live HTTP/1.1\r\nHost: x",
			"GET http://live HTTP/1.1\r\nHost: x" })
	void whateverIsNoProbeHasToComeAgain(String request) throws IOException {
		assertThat(ask(request + "\r\n\r\n")).startsWith("HTTP/1.1 503 Service Unavailable\r\n")
			.contains("\r\nRetry-After: 5\r\n", "\r\nConnection: close\r\n")
			.endsWith("\r\n\r\nThe application is starting\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET", "GET /live", "GET  /live HTTP/1.1\r\nHost: x", "GET /live HTTP/2.0\r\nHost: x",
			"PRI * HTTP/2.0", "GET /live HTTP/1.1", "GET /live HTTP/1.1\r\nHost: x\r\nHost: y",
			"GET live HTTP/1.1\r\nHost: x", "GET ftp://x/live HTTP/1.1\r\nHost: x", "GET x:live HTTP/1.1\r\nHost: x",
			"GET /live#a HTTP/1.1\r\nHost: x", "GET /li|ve HTTP/1.1\r\nHost: x", "GET /live% HTTP/1.1\r\nHost: x",
			"GET /live HTTP/1.1\r\nHost : x", "GET /live HTTP/1.1\r\n Host: x",
			"GET /live HTTP/1.1\r\nHost: x\r\na: b\r\n c", "GET /live HTTP/1.1\r\nHost: x\r\na\rb: c",
			"GET /live HTTP/1.1\r\nHost: x\u0000", "G@T /live HTTP/1.1\r\nHost: x",
			"GET /live HTTP/1.1\r\nHost: x\r\n<script>" })
	void whatIsNoRequestIsRefused(String request) throws IOException {
		assertThat(ask(request + "\r\n\r\n")).startsWith("HTTP/1.1 400 Bad Request\r\n")
			.endsWith("\r\n\r\nThis is no HTTP/1 request\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET /", "GET /live HTTP/1.1\r\nHost: x\r\na: " })
	void aHeadWithoutEndIsTooLong(String beginning) throws IOException {
		assertThat(ask(beginning + "a".repeat(9000))).startsWith("HTTP/1.1 431 ").contains("\r\nConnection: close\r\n");
	}

	@Test
	void aHeadHasTheLengthOfTheBodyThatItDoesWithout() throws IOException {
		assertThat(ask("HEAD /live HTTP/1.1\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 200 OK\r\n")
			.contains("\r\nContent-Length: 15\r\n")
			.endsWith("\r\n\r\n");
		assertThat(ask("HEAD /other HTTP/1.1\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 503 ").endsWith("\r\n\r\n");
	}

	@Test
	void onlyTheFirstOfSeveralRequestsIsAnswered() throws IOException {
		String request = "GET /live HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n";
		assertThat(ask(request.repeat(3))).containsOnlyOnce("HTTP/1.1").contains("\r\nConnection: close\r\n");
	}

	@Test
	void noBodyIsWaitedFor() throws IOException {
		assertThat(ask("POST /live HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"))
			.startsWith("HTTP/1.1 503 ");
		assertThat(ask("GET /live HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + "a".repeat(50_000)))
			.startsWith("HTTP/1.1 200 ");
	}

	@Test
	void aRequestMayComeInPieces() throws IOException {
		try (Socket socket = connect()) {
			socket.setTcpNoDelay(true);
			for (char next : "GET /live HTTP/1.1\nHost: x\n\n".toCharArray()) {
				socket.getOutputStream().write(next);
			}
			assertThat(answer(socket)).startsWith("HTTP/1.1 200 ");
		}
	}

	@Test
	void aClientMayReadSlowlyOrNotAtAll() throws IOException {
		String details = "a".repeat(20_000_000);
		this.details = () -> details;
		try (Socket never = connect(); Socket slow = connect()) {
			String request = "GET /all%20of%20it HTTP/1.1\r\nHost: x\r\n\r\n";
			send(never, request);
			send(slow, request);
			assertThat(ask("GET /live HTTP/1.1\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 200 ");
			assertThat(answer(slow)).startsWith("HTTP/1.1 503 ").hasSizeGreaterThan(details.length());
		}
	}

	/**
	 * A probe that connects right before the hand-over is answered. It holds up the
	 * hand-over for no longer than a client that never asks anything.
	 */
	@Test
	void whoHasConnectedBeforeTheHandOverIsAnswered() throws IOException {
		List<Socket> probes = IntStream.range(0, 20).mapToObj((i) -> connect()).toList();
		try (Socket idle = connect()) {
			for (Socket probe : probes) {
				send(probe, "GET /live HTTP/1.1\r\nHost: x\r\n\r\n");
			}
			this.server.close();
			try (ServerSocket next = new ServerSocket(this.port)) {
				assertThat(next.isBound()).isTrue();
			}
			for (Socket probe : probes) {
				assertThat(answer(probe)).startsWith("HTTP/1.1 200 ");
				probe.close();
			}
			assertThat(answer(idle)).isEmpty();
		}
	}

	@Test
	void anEndpointTellsWhatIsAccepted() throws IOException {
		assertThat(ask("GET /start?a=b HTTP/1.1\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 200 OK\r\n")
			.contains("\r\nContent-Type: text/plain\r\n")
			.doesNotContain("Retry-After")
			.endsWith("\r\n\r\n{\"state\":\"WAITING\"}");
		assertThat(ask("GET /start HTTP/1.1\r\nHost: x\r\naccept: a/b, */*;q=0.1\r\nAccept:\ttext/html\r\n\r\n"))
			.contains("\r\nContent-Type: text/plain\r\n");
		assertThat(this.endpoint.accepted()).containsExactly("a/b, */*;q=0.1", "text/html");
		assertThat(ask("GET /start HTTP/1.1\r\nHost: x\r\nAccept: image/png\r\n\r\n"))
			.startsWith("HTTP/1.1 406 Not Acceptable\r\n");
		assertThat(ask("HEAD /start HTTP/1.1\r\nHost: x\r\n\r\n")).contains("\r\nContent-Length: 19\r\n")
			.endsWith("\r\n\r\n");
		assertThat(ask("POST /start HTTP/1.1\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 503 ");
		assertThat(ask("GET /start/ HTTP/1.1\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 503 ");
	}

	@Test
	void anEndpointThatFailsTakesNoProbeItsAnswer() throws IOException {
		this.told = () -> {
			throw new NoClassDefFoundError("absent");
		};
		assertThat(ask("GET /start HTTP/1.1\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 503 ");
		assertThat(ask("GET /live HTTP/1.1\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 200 ");
	}

	/** As in a process whose archive was replaced. */
	@Test
	void anAnswerThatLacksAClassEndsItsConnectionOnly() throws IOException {
		this.details = () -> {
			throw new NoClassDefFoundError("dev/startgate/Removed");
		};
		assertThat(ask("GET /all%20of%20it HTTP/1.1\r\nHost: x\r\n\r\n")).isEmpty();
		assertThat(ask("GET /live HTTP/1.1\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 200 OK\r\n");
	}

	private String ask(String request) throws IOException {
		try (Socket socket = connect()) {
			send(socket, request);
			return answer(socket);
		}
	}

	private Socket connect() {
		try {
			Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port);
			socket.setSoTimeout(TIMEOUT);
			return socket;
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private static void send(Socket socket, String request) throws IOException {
		OutputStream out = socket.getOutputStream();
		out.write(request.getBytes(StandardCharsets.ISO_8859_1));
	}

	private static String answer(Socket socket) throws IOException {
		return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
	}

}
