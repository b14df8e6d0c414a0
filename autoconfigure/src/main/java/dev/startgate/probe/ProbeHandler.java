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

/**
 * Turns the head of a request into the answer, which repeats nothing of it.
 */
final class ProbeHandler {

	private static final Set<String> READING = Set.of("GET", "HEAD");

	private static final String RETRY_LATER = "Retry-After: 5\r\n";

	private final Map<String, ProbePath> paths;

	private final ProbeAnswers answers;

	private final Time time;

	ProbeHandler(ProbePort port, ProbeAnswers answers, Time time) {
		this.paths = port.paths()
			.stream()
			.collect(Collectors.toMap(ProbePath::path, Function.identity(), (first, second) -> first));
		this.answers = answers;
		this.time = time;
	}

	ByteBuffer answer(String head) {
		ProbeRequest request = ProbeRequest.parse(head);
		if (request == null) {
			return bytes(ProbeAnswer.malformed(), true);
		}
		ProbePath path = READING.contains(request.method()) ? this.paths.get(request.path()) : null;
		return bytes((path != null) ? this.answers.to(path) : ProbeAnswer.starting(), !request.method().equals("HEAD"));
	}

	ByteBuffer headTooLong() {
		return bytes(ProbeAnswer.headTooLong(), true);
	}

	private ByteBuffer bytes(ProbeAnswer answer, boolean withBody) {
		byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
		byte[] head = head(answer, body.length).getBytes(StandardCharsets.US_ASCII);
		ByteBuffer bytes = ByteBuffer.allocate(head.length + body.length).put(head);
		return (withBody ? bytes.put(body) : bytes).flip();
	}

	private String head(ProbeAnswer answer, int length) {
		String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(this.time.instant().atOffset(ZoneOffset.UTC));
		return "HTTP/1.1 " + answer.status() + " " + answer.reason() + "\r\nDate: " + date + "\r\nContent-Type: "
				+ answer.contentType() + "\r\nContent-Length: " + length + "\r\nConnection: close\r\n"
				+ ((answer.status() == 503) ? RETRY_LATER : "") + "\r\n";
	}

}
