package dev.startgate.sample.fleet;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;

import dev.startgate.GateState;
import dev.startgate.sample.fleet.FleetEvent.Ready;
import dev.startgate.sample.fleet.FleetEvent.ReadyTooEarly;
import dev.startgate.sample.fleet.FleetEvent.Started;
import dev.startgate.sample.fleet.FleetEvent.StateSeen;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks one replica for its readiness and its health, as an orchestrator would. Each run
 * looks once; until the web server is up there is no answer.
 */
final class ReplicaProbe implements Runnable {

	private static final int OK = 200;

	private final JsonMapper json = new JsonMapper();

	private final String replica;

	private final URI health;

	private final URI readiness;

	private final HttpClient http;

	private final Clock clock;

	private final Consumer<FleetEvent> events;

	private int refusals;

	private boolean ready;

	ReplicaProbe(Started replica, HttpClient http, Clock clock, Consumer<FleetEvent> events) {
		this.replica = replica.replica();
		this.health = replica.health();
		this.readiness = URI.create(this.health + "/readiness");
		this.http = http;
		this.clock = clock;
		this.events = events;
	}

	@Override
	public void run() {
		if (this.ready) {
			return;
		}
		try {
			look();
		}
		catch (IOException ex) {
			// no web server yet, or no longer: the end of the process is reported
			// elsewhere
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Readiness is asked first. A gate that is open stays open, so if it is not open
	 * after the probe was answered with 200, it was not open at that moment either.
	 */
	private void look() throws IOException, InterruptedException {
		boolean answersReady = get(this.readiness).statusCode() == OK;
		JsonNode details = this.json.readTree(get(this.health).body())
			.path("components")
			.path("startgate")
			.path("details");
		if (!answersReady) {
			this.refusals++;
		}
		if (details.has("state")) {
			GateState state = GateState.valueOf(details.path("state").asString());
			Instant since = Instant.parse(details.path("since").asString()).truncatedTo(ChronoUnit.MILLIS);
			this.events.accept(new StateSeen(this.replica, since, state));
			if (answersReady) {
				this.ready = (state == GateState.OPEN);
				this.events.accept(this.ready ? new Ready(this.replica, this.clock.instant(), this.refusals)
						: new ReadyTooEarly(this.replica, this.clock.instant(), state));
			}
		}
	}

	private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(2)).build();
		return this.http.send(request, HttpResponse.BodyHandlers.ofString());
	}

}
