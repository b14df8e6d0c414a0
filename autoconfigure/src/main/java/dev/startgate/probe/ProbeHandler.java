package dev.startgate.probe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;

/**
 * Answers one request, and ends its connection: the next one may be for the real server.
 */
final class ProbeHandler implements HttpHandler {

	private static final Set<String> READING = Set.of("GET", "HEAD");

	private static final String SECONDS_TO_RETRY_AFTER = "5";

	private final Map<String, ProbePath> paths;

	private final ProbeAnswers answers;

	ProbeHandler(ProbePort port, ProbeAnswers answers) {
		this.paths = port.paths()
			.stream()
			.collect(Collectors.toMap(ProbePath::path, Function.identity(), (first, second) -> first));
		this.answers = answers;
	}

	@Override
	public void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			ProbePath path = READING.contains(exchange.getRequestMethod())
					? this.paths.get(exchange.getRequestURI().getPath()) : null;
			send(exchange, (path != null) ? this.answers.to(path) : ProbeAnswer.starting());
		}
	}

	private static void send(HttpExchange exchange, ProbeAnswer answer) throws IOException {
		Headers headers = exchange.getResponseHeaders();
		headers.set("Content-Type", answer.contentType());
		headers.set("Connection", "close");
		if (answer.status() != 200) {
			headers.set("Retry-After", SECONDS_TO_RETRY_AFTER);
		}
		if (exchange.getRequestMethod().equals("HEAD")) {
			exchange.sendResponseHeaders(answer.status(), -1);
			return;
		}
		byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(answer.status(), body.length);
		exchange.getResponseBody().write(body);
	}

}
