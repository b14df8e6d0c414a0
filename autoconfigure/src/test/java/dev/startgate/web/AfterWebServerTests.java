package dev.startgate.web;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.startgate.GateState;
import dev.startgate.MigrationsCompletedEvent;
import dev.startgate.testing.FreePort;
import dev.startgate.testing.PostgresDatabase;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ConfigurableApplicationContext;

import static dev.startgate.web.Requests.assertRejected;
import static dev.startgate.web.Requests.get;
import static dev.startgate.web.Requests.preflight;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Migrations that run once the web server answers: what a client and a probe see
 * meanwhile, and what another replica does.
 */
@Tag("long")
class AfterWebServerTests {

	private static final String AFTER = "startgate.timing=after-web-server";

	private final PostgresDatabase database = PostgresDatabase.create();

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void theWholeContextIsThereAndNobodyIsServed(WebApplicationType type) throws Exception {
		Replica holder = new Replica("holder", new CountDownLatch(1));
		Replica waiter = new Replica("waiter", holder.held);
		try {
			CompletableFuture<ConfigurableApplicationContext> first = holder.start(this.database, type, AFTER,
					"startgate.web.exempt-paths=/engine/**");
			String base = holder.base();
			holder.awaitState(GateState.MIGRATING);
			assertThat(get(base + "/actuator/health/liveness").statusCode()).isEqualTo(200);
			assertThat(get(base + "/livez").statusCode()).isEqualTo(200);
			assertThat(get(base + "/actuator/health/readiness").statusCode()).isEqualTo(503);
			assertThat(get(base + "/actuator/health").body()).contains("\"state\":\"MIGRATING\"");
			assertRejected(get(base + "/parcels"));
			assertRejected(get(base + "/not/there"));
			assertThat(get(base + "/engine/callback").body()).isEqualTo("called back");
			assertThat(preflight(base + "/parcels").headers().firstValue("Access-Control-Allow-Origin")).contains("*");

			CompletableFuture<ConfigurableApplicationContext> second = waiter.start(this.database, type, AFTER);
			String other = waiter.base();
			waiter.awaitState(GateState.WAITING);
			assertRejected(get(other + "/parcels"));

			holder.held.countDown();
			try (ConfigurableApplicationContext one = first.get(120, TimeUnit.SECONDS);
					ConfigurableApplicationContext two = second.get(120, TimeUnit.SECONDS)) {
				assertThat(get(base + "/actuator/health/readiness").statusCode()).isEqualTo(200);
				assertThat(get(other + "/actuator/health/readiness").statusCode()).isEqualTo(200);
				assertThat(get(base + "/parcels").body()).isEqualTo("[]");
				assertThat(get(other + "/parcels").body()).isEqualTo("[]");
				assertThat(holder.events).singleElement().matches(MigrationsCompletedEvent::performedHere);
				assertThat(waiter.events).singleElement().matches((event) -> !event.performedHere());
			}
			assertThat(this.database.history()).containsExactly("1");
			assertThat(holder.applied).as("applied under the lock of the migrations").containsExactly("view 1");
			assertThat(waiter.applied).isEmpty();
			assertThat(this.database.lockRows()).singleElement()
				.extracting((row) -> ((Number) row.get("generation")).longValue())
				.as("one critical section for both")
				.isEqualTo(1L);
		}
		finally {
			holder.held.countDown();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void aManagementPortOfItsOwnAnswersAndNobodyIsToldOfTheStart(WebApplicationType type) throws Exception {
		Replica replica = new Replica("replica", new CountDownLatch(1));
		int port = FreePort.next();
		replica.whileMigrating(this.database, type, (base) -> {
			assertThat(get("http://localhost:" + port + "/actuator/health/liveness").statusCode()).isEqualTo(200);
			assertThat(get("http://localhost:" + port + "/actuator/health/readiness").statusCode()).isEqualTo(503);
			assertRejected(get(base + "/parcels"));
			assertRejected(get(base + "/actuator/health/liveness"));
			assertThat(replica.live).as("an application may begin to work when it is told").isEmpty();
		}, "management.server.port=" + port);
		assertThat(replica.live).containsExactly(LivenessState.CORRECT);
	}

	/**
	 * The control arm of the first test: without the rejection the request reaches a
	 * table that is not there.
	 */
	@Test
	void withoutTheRejectionARequestComesTooEarly() throws Exception {
		new Replica("replica", new CountDownLatch(1)).whileMigrating(this.database, WebApplicationType.SERVLET,
				(base) -> assertThat(get(base + "/parcels").statusCode()).isEqualTo(500),
				"startgate.web.reject-until-open=false");
	}

}
