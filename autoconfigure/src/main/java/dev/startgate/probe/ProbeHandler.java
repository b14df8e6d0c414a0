package dev.startgate.probe;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.startgate.gate.Time;
import org.jspecify.annotations.Nullable;

/**
 * Turns the head of a request into an answer. The answer repeats no part of the request.
 */
final class ProbeHandler {

	private static final Set<String> READING = Set.of("GET", "HEAD");

	private static final String RETRY_LATER = "Retry-After: 5\r\n";

	private final Map<String, ProbePath> paths;

	private final @Nullable ProbeAnswers answers;

	private final EndpointAnswers endpoints;

	private final Time time;

	ProbeHandler(ProbePort port, @Nullable ProbeAnswers answers, Time time) {
		this.paths = port.paths()
			.stream()
			.collect(Collectors.toMap(ProbePath::path, Function.identity(), (first, second) -> first));
		this.answers = answers;
		this.endpoints = new EndpointAnswers(port.endpoints(), time);
		this.time = time;
	}

	ByteBuffer[] answer(String head) {
		ProbeRequest request = ProbeRequest.parse(head);
		if (request == null) {
			return bytes(ProbeAnswer.malformed(), true);
		}
		return bytes(READING.contains(request.method()) ? read(request) : ProbeAnswer.starting(),
				!request.method().equals("HEAD"));
	}

	private ProbeAnswer read(ProbeRequest request) {
		ProbePath path = this.paths.get(request.path());
		ProbeAnswer answer = (path != null && this.answers != null) ? this.answers.to(path)
				: this.endpoints.to(request);
		return (answer != null) ? answer : ProbeAnswer.starting();
	}

	ByteBuffer[] headTooLong() {
		return bytes(ProbeAnswer.headTooLong(), true);
	}

	private ByteBuffer[] bytes(ProbeAnswer answer, boolean withBody) {
		ByteBuffer body = answer.body().duplicate();
		ByteBuffer head = StandardCharsets.US_ASCII.encode(head(answer, body.remaining()));
		return withBody ? new ByteBuffer[] { head, body } : new ByteBuffer[] { head };
	}

	private String head(ProbeAnswer answer, int length) {
		String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(this.time.instant().atOffset(ZoneOffset.UTC));
		return "HTTP/1.1 " + answer.status() + " " + answer.reason() + "\r\nDate: " + date + "\r\nContent-Type: "
				+ answer.contentType() + "\r\nContent-Length: " + length + "\r\nConnection: close\r\n"
				+ ((answer.status() == 503) ? RETRY_LATER : "") + "\r\n";
	}

}
