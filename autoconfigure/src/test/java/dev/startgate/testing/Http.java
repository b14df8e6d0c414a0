package dev.startgate.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * Requests as the kubelet makes them: on a connection of their own, with a time-out.
 * <p>
 * Now and then a reactive application does not answer a request on the connection of an
 * earlier one, also without Startgate. With the clients of the JDK this happened once in
 * some hundreds of requests, and in none of thousands on connections of their own.
 */
public final class Http {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private Http() {
	}

	public static HttpResponse<String> get(String url) throws IOException, InterruptedException {
		return send(request(url));
	}

	public static HttpRequest.Builder request(String url) {
		return HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT);
	}

	public static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
		return HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.build()
			.send(request.build(), BodyHandlers.ofString());
	}

}
