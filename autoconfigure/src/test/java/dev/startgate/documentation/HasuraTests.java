package dev.startgate.documentation;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import dev.startgate.GateOpenedEvent;
import dev.startgate.MetadataSource;
import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.HttpStandIn;
import dev.startgate.testing.Metadata;
import dev.startgate.testing.PostgresDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests the recipe of the documentation against a stand-in. The stand-in answers as
 * Hasura's documentation says, and works in the background.
 */
class HasuraTests {

	private static final String ENGINE = "http://hasura:8080";

	@TempDir
	private Path output;

	@Test
	void theGateOpensWhenTheResourceVersionHasBeenTheSameForAWhile() throws Exception {
		try (StandInHasura hasura = new StandInHasura(1)) {
			MetadataSource recipe = recipe(hasura.url());
			runner()
				.withPropertyValues("startgate.metadata.http[0].name=hasura health",
						"startgate.metadata.http[0].url=" + hasura.url() + "/healthz?strict=true",
						"startgate.metadata.stable-for=400ms")
				.withBean("hasura", MetadataSource.class, () -> recipe)
				.withBean("opened", ApplicationListener.class, () -> opened(hasura))
				.run((context) -> assertThat(context).hasNotFailed());
			assertThat(hasura.openedInFlight).isFalse();
		}
	}

	/** The control arm: without the recipe's condition the gate opens too early. */
	@Test
	void itsHealthAloneIsNotEnough() throws Exception {
		try (StandInHasura hasura = new StandInHasura(10)) {
			MetadataSource recipe = recipe(hasura.url());
			runner()
				.withPropertyValues("startgate.metadata.http[0].name=hasura health",
						"startgate.metadata.http[0].url=" + hasura.url() + "/healthz?strict=true")
				.withBean("hasura", MetadataSource.class, () -> new Metadata("hasura metadata", recipe::apply))
				.withBean("opened", ApplicationListener.class, () -> opened(hasura))
				.run((context) -> assertThat(context).hasNotFailed());
			assertThat(hasura.openedInFlight).isTrue();
		}
	}

	/**
	 * Return an instance of the page's class, for an engine at another address.
	 */
	private MetadataSource recipe(String url) throws IOException, ReflectiveOperationException {
		Block page = Block.in("java")
			.stream()
			.filter((block) -> block.page().endsWith("docs/how-to/metadata.md"))
			.filter((block) -> block.text().contains("class HasuraMetadata"))
			.findFirst()
			.orElseThrow();
		assertThat(page.text()).containsOnlyOnce(ENGINE);
		Block block = new Block(page.page(), page.line(), page.language(), page.mark(),
				page.text().replace(ENGINE, url));
		Constructor<?> constructor = CompiledBlock.load(block, this.output).getDeclaredConstructor(Resource.class);
		constructor.setAccessible(true);
		return (MetadataSource) constructor.newInstance(new ByteArrayResource("{}".getBytes(StandardCharsets.UTF_8)));
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
	 * Works in the background after metadata was applied. Its resource version grows a
	 * few times, while it is healthy, then not, then healthy again.
	 */
	private static final class StandInHasura implements AutoCloseable {

		private static final long[] STEPS = { 250, 500, 700, 900 };

		private final HttpStandIn server = new HttpStandIn(this::answer);

		/** The factor by which it is slower than its steps. */
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

		private HttpStandIn.Answer answer(String request) {
			if (request.startsWith("/healthz")) {
				return (age() > STEPS[1] && age() < STEPS[2])
						? new HttpStandIn.Answer(500, "ERROR: inconsistent objects in schema")
						: new HttpStandIn.Answer(200, "OK");
			}
			if (request.contains("replace_metadata")) {
				this.applied = System.nanoTime();
				return new HttpStandIn.Answer(200, "{\"is_consistent\":true,\"inconsistent_objects\":[]}");
			}
			long version = 7 + Arrays.stream(STEPS).filter((step) -> age() >= step).count();
			return new HttpStandIn.Answer(200, "{\"resource_version\":" + version + ",\"metadata\":{\"version\":3}}");
		}

		@Override
		public void close() {
			this.server.close();
		}

	}

}
