package dev.startgate.web;

import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import dev.startgate.testing.PostgresDatabase;
import dev.startgate.web.Replica.Look;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.CrossOrigin;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which paths a reactive application turns away until the gate is open, with a controller
 * that takes whatever comes to it, as a gateway does.
 */
@Tag("long")
class ReactivePathTests {

	private static final String HANDLED = "handled";

	private static final List<String> HOSTILE = List.of("", "/", "/api", "//api", "/./api", "/statement", "/actuators",
			"//actuator/health", "/ACTUATOR/health", "/Actuator", "/%61ctuator/health", "/x/../actuator/health",
			"/actuator/../api", "/actuator/./../api", "/actuator/%2e%2e/api", "/actuator/%2E./api", "/actuator/..;/api",
			"/actuator/..;a=b/api", "/actuator/%2e%2e;a=b/api", "/actuator/..%2fapi", "/actuator/..%5capi",
			"/actuator;a=b", "/actuator;/../api", "/actuator%2f..%2fapi", "/actuator%00/health",
			"/actuator/health/../../api", "/actuator/health/liveness/../../../api", "/livez/../api",
			"/livez/%2e%2e/api", "/livezz", "/livez;a=b/../api", "/engine/../api", "/engine/%2e%2e/api",
			"/engine/..;/api", "/engine/..%2Fapi", "/engine/x/../../api", "//engine/x", "/Engine/x", "/engine%2f..");

	private final PostgresDatabase database = PostgresDatabase.create();

	private final Replica replica = new Replica("replica", new CountDownLatch(1)).with(Gateway.class);

	@ParameterizedTest
	@CsvSource({ "''", "/app" })
	void nothingReachesTheApplicationUnderAnotherName(String base) throws Exception {
		whileMigrating((url) -> {
			for (String path : HOSTILE) {
				assertThat(ask("GET", base + path)).as(path)
					.matches("(?s)HTTP/1.1 (400|404|503) .*")
					.doesNotContain(HANDLED);
			}
			assertThat(ask("GET", base + "/actuator/health/liveness")).startsWith("HTTP/1.1 200 ");
			assertThat(ask("GET", base + "/actuator/health;a=b")).contains("MIGRATING");
			assertThat(ask("GET", base + "/actuator/health?x=/../api")).contains("MIGRATING");
			assertThat(ask("GET", base + "/livez")).startsWith("HTTP/1.1 200 ");
			assertThat(ask("GET", base + "/engine/a%2Fb")).endsWith(HANDLED);
			assertThat(ask("GET", base + "/engine/..b/c..")).endsWith(HANDLED);
			assertThat(ask("GET", base + "/actuator/foo")).as("below a management path").endsWith(HANDLED);
		}, "spring.webflux.base-path=" + base);
	}

	@Test
	void whateverTheRequestIsItIsTurnedAway() throws Exception {
		whileMigrating((url) -> {
			for (String method : List.of("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND")) {
				assertThat(ask(method, "/api", "Content-Length: 0")).as(method)
					.matches("(?s)HTTP/1.1 (4..|503) .*")
					.doesNotContain(HANDLED);
			}
			assertThat(ask("HEAD", "/api")).startsWith("HTTP/1.1 503 ").endsWith("\r\n\r\n");
			assertThat(ask("OPTIONS", "/api", "Origin: https://example.org", "Access-Control-Request-Method: GET"))
				.startsWith("HTTP/1.1 200 ")
				.contains("Access-Control-Allow-Origin: *")
				.doesNotContain(HANDLED);
			assertThat(ask("GET", "/api", "Origin: https://example.org", "Access-Control-Request-Method: GET"))
				.startsWith("HTTP/1.1 503 ");
			assertThat(ask("GET", "/socket", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
					"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="))
				.startsWith("HTTP/1.1 503 ");
			assertThat(ask("GET", "/api", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA"))
				.startsWith("HTTP/1.1 503 ");
			assertThat(ask("GET", "http://localhost/api")).matches("(?s)HTTP/1.1 (400|503) .*");
			for (String header : List.of("X-Original-URL: /actuator/health", "X-Rewrite-URL: /actuator/health",
					"X-Forwarded-Prefix: /actuator", "X-Forwarded-Prefix: /engine", "X-Forwarded-Prefix: /api",
					"X-HTTP-Method-Override: HEAD", "Forwarded: host=localhost;proto=https")) {
				assertThat(ask("GET", "/api", header)).as(header).startsWith("HTTP/1.1 503 ");
			}
			assertThat(ask("GET", "/actuator/health/liveness", "X-Forwarded-Prefix: /api")).startsWith("HTTP/1.1 200 ");
			assertThat(ask("GET", "/engine/x", "X-Forwarded-Prefix: /api")).endsWith(HANDLED);
		}, "server.forward-headers-strategy=framework");
	}

	@ParameterizedTest
	@CsvSource({ "'', /", "/app, /manage", "/app, /" })
	void managementIsAnsweredWhereverItIs(String base, String management) throws Exception {
		String prefix = base + ("/".equals(management) ? "" : management);
		whileMigrating((url) -> {
			assertThat(ask("GET", prefix + "/health")).contains("MIGRATING");
			assertThat(ask("GET", prefix + "/health/liveness")).startsWith("HTTP/1.1 200 ");
			for (String path : List.of("/healthy", "/actuator/health", "/api", "/health/../api", "/manage/../api")) {
				assertThat(ask("GET", base + path)).as(path).startsWith("HTTP/1.1 503 ").doesNotContain(HANDLED);
			}
		}, "spring.webflux.base-path=" + base, "management.endpoints.web.base-path=" + management);
	}

	private void whileMigrating(Look look, String... properties) throws Exception {
		this.replica.whileMigrating(this.database, WebApplicationType.REACTIVE, look,
				StringUtils.addStringToArray(properties, "startgate.web.exempt-paths=/engine/**"));
	}

	/**
	 * Send a request as it is, because an HTTP client would normalize the path.
	 */
	private String ask(String method, String target, String... headers) throws Exception {
		int port = URI.create(this.replica.base()).getPort();
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			socket.setSoTimeout(60_000);
			boolean upgrade = headers.length > 0 && headers[0].startsWith("Upgrade");
			String request = method + " " + (target.isEmpty() ? "/" : target) + " HTTP/1.1\r\nHost: localhost\r\n"
					+ "Connection: " + (upgrade ? "Upgrade, close" : "close") + "\r\n" + String.join("\r\n", headers)
					+ ((headers.length > 0) ? "\r\n" : "") + "\r\n";
			socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	@RestController
	@CrossOrigin
	static class Gateway {

		@RequestMapping("/{*path}")
		String any() {
			return HANDLED;
		}

	}

}
