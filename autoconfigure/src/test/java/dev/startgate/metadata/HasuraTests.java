package dev.startgate.metadata;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import com.jayway.jsonpath.JsonPath;
import dev.startgate.GateOpenedEvent;
import dev.startgate.MetadataSource;
import dev.startgate.Settlement;
import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.PostgresDatabase;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The recipe of the documentation, against a stand-in that answers as Hasura's
 * documentation says and works in the background.
 */
class HasuraTests {

	@Test
	void theGateOpensWhenTheResourceVersionHasBeenTheSameForAWhile() {
		try (StandInHasura hasura = new StandInHasura(1)) {
			runner()
				.withPropertyValues("startgate.metadata.http[0].name=hasura health",
						"startgate.metadata.http[0].url=" + hasura.url() + "/healthz?strict=true",
						"startgate.metadata.stable-for=400ms")
				.withBean("hasura", MetadataSource.class, () -> new HasuraMetadata(hasura.url(), "{}"))
				.withBean("opened", ApplicationListener.class, () -> opened(hasura))
				.run((context) -> assertThat(context).hasNotFailed());
			assertThat(hasura.openedInFlight).isFalse();
		}
	}

	/** The control arm. */
	@Test
	void itsHealthAloneIsNotEnough() {
		try (StandInHasura hasura = new StandInHasura(10)) {
			runner()
				.withPropertyValues("startgate.metadata.http[0].name=hasura health",
						"startgate.metadata.http[0].url=" + hasura.url() + "/healthz?strict=true")
				.withBean("hasura", MetadataSource.class, () -> new HasuraMetadata(hasura.url(), "{}") {

					@Override
					public Settlement settled() {
						return Settlement.done();
					}

				})
				.withBean("opened", ApplicationListener.class, () -> opened(hasura))
				.run((context) -> assertThat(context).hasNotFailed());
			assertThat(hasura.openedInFlight).isTrue();
		}
	}

	private static ApplicationContextRunner runner() {
		return new ApplicationContextRunner().withConfiguration(BootAutoConfigurations.with())
			.withPropertyValues(PostgresDatabase.create().properties())
			.withPropertyValues("spring.flyway.locations=classpath:db/jpa", "startgate.metadata.poll-interval=50ms");
	}

	private static ApplicationListener<GateOpenedEvent> opened(StandInHasura hasura) {
		return new ApplicationListener<>() {

			@Override
			public void onApplicationEvent(GateOpenedEvent event) {
				hasura.openedInFlight = hasura.isInFlight();
			}

		};
	}

	/**
	 * As in docs/how-to/metadata.md.
	 */
	private static class HasuraMetadata implements MetadataSource {

		private final HttpClient client = HttpClient.newHttpClient();

		private final URI url;

		private final String metadata;

		private Object last = "unknown";

		HasuraMetadata(String url, String metadata) {
			this.url = URI.create(url + "/v1/metadata");
			this.metadata = metadata;
		}

		@Override
		public String name() {
			return "hasura metadata";
		}

		@Override
		public String version() {
			return Integer.toHexString(this.metadata.hashCode());
		}

		@Override
		public void apply(Connection connection) throws Exception {
			call("{\"type\":\"replace_metadata\",\"version\":2,\"args\":{\"metadata\":" + this.metadata + "}}");
		}

		@Override
		public Settlement settled() throws Exception {
			Object before = this.last;
			this.last = JsonPath.read(call("{\"type\":\"export_metadata\",\"version\":2,\"args\":{}}"),
					"$.resource_version");
			return this.last.equals(before) ? Settlement.done()
					: Settlement.notYet("resource_version " + this.last + " was " + before);
		}

		private String call(String body) throws IOException, InterruptedException {
			return this.client
				.send(HttpRequest.newBuilder(this.url)
					.timeout(Duration.ofSeconds(20))
					.POST(BodyPublishers.ofString(body))
					.build(), BodyHandlers.ofString())
				.body();
		}

	}

	/**
	 * Healthy at first, then busy: its resource version grows a few times, while it is
	 * healthy, then not, then healthy again.
	 */
	private static final class StandInHasura implements AutoCloseable {

		private static final long[] STEPS = { 250, 500, 700, 900 };

		private final StandIn server = new StandIn(this::answer);

		/** How much slower than in the steps it is. */
		private final int slowness;

		private volatile long applied;

		private volatile boolean openedInFlight;

		StandInHasura(int slowness) {
			this.slowness = slowness;
		}

		String url() {
			return this.server.url();
		}

		private long age() {
			return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - this.applied) / this.slowness;
		}

		boolean isInFlight() {
			return age() < STEPS[STEPS.length - 1];
		}

		private StandIn.Answer answer(String request) {
			if (request.startsWith("/healthz")) {
				return (age() > STEPS[1] && age() < STEPS[2])
						? new StandIn.Answer(500, "ERROR: inconsistent objects in schema")
						: new StandIn.Answer(200, "OK");
			}
			if (request.contains("replace_metadata")) {
				this.applied = System.nanoTime();
				return new StandIn.Answer(200, "{\"is_consistent\":true,\"inconsistent_objects\":[]}");
			}
			long version = 7 + Arrays.stream(STEPS).filter((step) -> age() >= step).count();
			return new StandIn.Answer(200, "{\"resource_version\":" + version + ",\"metadata\":{\"version\":3}}");
		}

		@Override
		public void close() {
			this.server.close();
		}

	}

}
