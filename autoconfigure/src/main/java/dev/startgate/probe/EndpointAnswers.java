package dev.startgate.probe;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import dev.startgate.gate.Time;
import dev.startgate.probe.EarlyEndpoint.Form;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.json.JsonWriter;

/**
 * The answers of endpoints. Each form is made at most once a second and shared by all
 * clients, so that many clients take no more time and memory than a few.
 */
final class EndpointAnswers {

	private static final Logger logger = LoggerFactory.getLogger(EndpointAnswers.class);

	private static final Duration KEPT = Duration.ofSeconds(1);

	private final Map<String, EarlyEndpoint> paths;

	private final Time time;

	private final Map<String, Kept> kept = new HashMap<>();

	EndpointAnswers(Map<String, EarlyEndpoint> paths, Time time) {
		this.paths = paths;
		this.time = time;
	}

	/**
	 * Return the answer, {@code null} if no endpoint has this path.
	 */
	@Nullable ProbeAnswer to(ProbeRequest request) {
		EarlyEndpoint endpoint = this.paths.get(request.path());
		if (endpoint == null) {
			return null;
		}
		Form form = endpoint.form(request.accept());
		if (form == null) {
			return ProbeAnswer.notAcceptable();
		}
		String key = request.path() + " " + form.contentType();
		Kept last = this.kept.get(key);
		if (last == null || this.time.since(last.since()).compareTo(KEPT) >= 0) {
			last = new Kept(make(endpoint, form), this.time.nanoTime());
			this.kept.put(key, last);
		}
		return last.answer();
	}

	private static ProbeAnswer make(EarlyEndpoint endpoint, Form form) {
		try {
			return ProbeAnswer.told(form.contentType(), bytes(form.body().get()));
		}
		catch (RuntimeException | LinkageError ex) {
			logger.debug("'{}' could not be answered", endpoint.id(), ex);
			return ProbeAnswer.starting();
		}
	}

	private static ByteBuffer bytes(Object body) {
		if (body instanceof byte[] bytes) {
			return ByteBuffer.wrap(bytes);
		}
		String text = (body instanceof String string) ? string
				: JsonWriter.standard().writeToString(PlainDetails.plain(body));
		return StandardCharsets.UTF_8.encode(text);
	}

	private record Kept(ProbeAnswer answer, long since) {
	}

}
