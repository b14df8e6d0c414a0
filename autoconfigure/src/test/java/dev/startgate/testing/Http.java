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
 * A reactive application, also without Startgate, now and then does not answer a request
 * that comes on the connection of the one before: once in some hundreds here, with the
 * clients of the JDK, and in none of thousands on connections of their own.
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
