package dev.startgate.metadata;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

import dev.startgate.Settlement;
import org.jspecify.annotations.Nullable;

/**
 * Settled when an address answers a GET with the expected status. Redirects are not
 * followed.
 */
public final class HttpCondition implements TimedCondition {

	private final String name;

	private final int expectedStatus;

	private final Duration timeout;

	private final @Nullable Duration stableFor;

	private final HttpClient client;

	private final HttpRequest request;

	/**
	 * Create a new condition.
	 * @param name its name
	 * @param url the address, http or https
	 * @param expectedStatus the status that means settled
	 * @param timeout how long one answer may take
	 * @param stableFor how long it must hold, {@code null} for the same time as others
	 */
	public HttpCondition(String name, URI url, int expectedStatus, Duration timeout, @Nullable Duration stableFor) {
		this.name = name;
		this.expectedStatus = expectedStatus;
		this.timeout = timeout;
		this.stableFor = stableFor;
		this.client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
		this.request = HttpRequest.newBuilder(url).timeout(timeout).build();
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public Duration timeout() {
		return this.timeout;
	}

	@Override
	public @Nullable Duration stableFor() {
		return this.stableFor;
	}

	@Override
	public Settlement settled() throws IOException, InterruptedException {
		int status = this.client.send(this.request, BodyHandlers.discarding()).statusCode();
		return (status == this.expectedStatus) ? Settlement.done()
				: Settlement.notYet("status " + status + " instead of " + this.expectedStatus);
	}

}
