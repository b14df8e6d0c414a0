package dev.startgate.kubelet;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * A probe of the kind {@code httpGet}: every status from 200 to 399 is a success.
 *
 * @param path the path of the request
 */
record HttpGet(String path) implements ProbeSpec.Check {

	@Override
	public boolean succeeds(Container container, Duration timeout) {
		// each request has a connection of its own
		HttpClient client = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.followRedirects(Redirect.NEVER)
			.connectTimeout(timeout)
			.build();
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + container.port() + this.path))
			.timeout(timeout)
			.build();
		try {
			int status = client.send(request, BodyHandlers.discarding()).statusCode();
			return status >= 200 && status < 400;
		}
		catch (IOException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
