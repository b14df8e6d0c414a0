package dev.startgate.web;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import dev.startgate.testing.Http;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests of a client, and the answer that it gets while the gate is not open.
 */
final class Requests {

	private Requests() {
	}

	/**
	 * Send a GET request. Redirects are not followed.
	 * @param url the address
	 * @param headers names and values in turn
	 * @return the answer
	 */
	static HttpResponse<String> get(String url, String... headers) throws Exception {
		HttpRequest.Builder request = Http.request(url);
		if (headers.length > 0) {
			request.headers(headers);
		}
		return Http.send(request);
	}

	static HttpResponse<String> preflight(String url) throws Exception {
		return Http.send(Http.request(url)
			.method("OPTIONS", HttpRequest.BodyPublishers.noBody())
			.header("Origin", "https://example.org")
			.header("Access-Control-Request-Method", "GET"));
	}

	static void assertRejected(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(503);
		assertThat(response.headers().firstValue("Retry-After")).contains("5");
		assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
		assertThat(response.body()).contains("\"status\":503", "not ready yet");
	}

}
