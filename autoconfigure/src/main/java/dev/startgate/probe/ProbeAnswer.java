package dev.startgate.probe;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The answer to a request.
 *
 * @param status the HTTP status
 * @param reason the status in words
 * @param contentType the type of the body
 * @param body the body, whose position is not changed
 */
record ProbeAnswer(int status, String reason, String contentType, ByteBuffer body) {

	private static final String TYPE_OF_HEALTH = "application/vnd.spring-boot.actuator.v3+json";

	private static final String SERVICE_UNAVAILABLE = "Service Unavailable";

	static ProbeAnswer up(String json) {
		return told(TYPE_OF_HEALTH, StandardCharsets.UTF_8.encode(json));
	}

	static ProbeAnswer notUp(String json) {
		return new ProbeAnswer(503, SERVICE_UNAVAILABLE, TYPE_OF_HEALTH, StandardCharsets.UTF_8.encode(json));
	}

	/**
	 * The answer of an endpoint.
	 */
	static ProbeAnswer told(String contentType, ByteBuffer body) {
		return new ProbeAnswer(200, "OK", contentType, body);
	}

	/**
	 * Return the answer to a request that the application can answer only later.
	 */
	static ProbeAnswer starting() {
		return text(503, SERVICE_UNAVAILABLE, "The application is starting");
	}

	static ProbeAnswer malformed() {
		return text(400, "Bad Request", "This is no HTTP/1 request");
	}

	static ProbeAnswer headTooLong() {
		return text(431, "Request Header Fields Too Large", "The head of the request is too long");
	}

	static ProbeAnswer notAcceptable() {
		return text(406, "Not Acceptable", "There is no answer of an accepted type");
	}

	private static ProbeAnswer text(int status, String reason, String text) {
		return new ProbeAnswer(status, reason, "text/plain;charset=UTF-8", StandardCharsets.UTF_8.encode(text + "\n"));
	}

}
