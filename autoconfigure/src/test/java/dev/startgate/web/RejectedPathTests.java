package dev.startgate.web;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.startgate.GateState;
import dev.startgate.testing.PostgresDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.server.ResponseStatusException;

import static dev.startgate.web.Requests.assertRejected;
import static dev.startgate.web.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which paths are turned away until the gate is open, and which are not, wherever the
 * application has put them.
 */
class RejectedPathTests {

	private static final String AFTER = "startgate.timing=after-web-server";

	private final PostgresDatabase database = PostgresDatabase.create();

	private final Replica replica = new Replica("replica", new CountDownLatch(1)).with(Engine.class);

	@Test
	void whatAnExemptRequestIsDispatchedToIsNotTurnedAway() throws Exception {
		whileMigrating((base) -> {
			assertThat(get(base + "/engine/forward").body()).isEqualTo("the page");
			assertRejected(get(base + "/page"));
			assertThat(get(base + "/engine/failure").body()).contains("\"status\":410", "\"path\":\"/engine/failure\"");
			assertThat(get(base + "/engine/later").body()).isEqualTo("later");
		}, "startgate.web.exempt-paths=/engine/**");
	}

	@ParameterizedTest
	@ValueSource(strings = { "state", "/state", "state/" })
	void healthIsAnsweredWhereverItIs(String mapping) throws Exception {
		whileMigrating((base) -> {
			assertThat(get(base + "/state").body()).contains("\"state\":\"MIGRATING\"");
			assertThat(get(base + "/state/liveness").statusCode()).isEqualTo(200);
			assertThat(get(base + "/alive").statusCode()).isEqualTo(200);
			assertRejected(get(base + "/statement"));
			assertRejected(get(base + "/actuator/health"));
		}, "management.endpoints.web.base-path=/", "management.endpoints.web.path-mapping.health=" + mapping,
				"management.endpoint.health.group.alive.include=ping",
				"management.endpoint.health.group.alive.additional-path=server:/alive");
	}

	@Test
	void withoutAManagementPortOnlyAdditionalPathsAreAnswered() throws Exception {
		whileMigrating((base) -> {
			assertRejected(get(base + "/actuator/health/liveness"));
			assertThat(get(base + "/livez").statusCode()).isEqualTo(200);
			assertThat(get(base + "/readyz").body()).isEqualTo("{\"status\":\"OUT_OF_SERVICE\"}");
		}, "management.server.port=-1");
	}

	private void whileMigrating(Look look, String... properties) throws Exception {
		CompletableFuture<ConfigurableApplicationContext> started = this.replica.start(this.database,
				WebApplicationType.SERVLET, StringUtils.addStringToArray(properties, AFTER));
		try {
			String base = this.replica.base();
			this.replica.awaitState(GateState.MIGRATING);
			look.at(base);
		}
		finally {
			this.replica.held.countDown();
			started.get(120, TimeUnit.SECONDS).close();
		}
	}

	private interface Look {

		void at(String base) throws Exception;

	}

	@Controller
	static class Engine {

		@GetMapping("/engine/forward")
		String forward() {
			return "forward:/page";
		}

		@ResponseBody
		@GetMapping("/page")
		String page() {
			return "the page";
		}

		@ResponseBody
		@GetMapping("/engine/failure")
		String failure() {
			throw new ResponseStatusException(HttpStatus.GONE);
		}

		@ResponseBody
		@GetMapping("/engine/later")
		Callable<String> later() {
			return () -> "later";
		}

	}

}
