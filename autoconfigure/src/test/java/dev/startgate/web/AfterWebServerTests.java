package dev.startgate.web;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.startgate.GateState;
import dev.startgate.MetadataSource;
import dev.startgate.MigrationsCompletedEvent;
import dev.startgate.Settlement;
import dev.startgate.StartupGate;
import dev.startgate.dropin.WebModules;
import dev.startgate.testing.Http;
import dev.startgate.testing.PostgresDatabase;
import org.awaitility.Awaitility;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.CrossOrigin;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Migrations that run once the web server answers: what a client and a probe see
 * meanwhile, and what another replica does.
 */
class AfterWebServerTests {

	private static final String AFTER = "startgate.timing=after-web-server";

	private final PostgresDatabase database = PostgresDatabase.create();

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void theWholeContextIsThereAndNobodyIsServed(WebApplicationType type) throws Exception {
		Replica holder = new Replica("holder", new CountDownLatch(1));
		Replica waiter = new Replica("waiter", holder.held);
		try {
			CompletableFuture<ConfigurableApplicationContext> first = start(holder, type, AFTER,
					"startgate.web.exempt-paths=/engine/**");
			String base = "http://localhost:" + holder.port.get(30, TimeUnit.SECONDS);
			Awaitility.await().until(() -> holder.gate().snapshot().state() == GateState.MIGRATING);
			assertThat(Http.get(base + "/actuator/health/liveness").statusCode()).isEqualTo(200);
			assertThat(Http.get(base + "/livez").statusCode()).isEqualTo(200);
			assertThat(Http.get(base + "/actuator/health/readiness").statusCode()).isEqualTo(503);
			assertThat(Http.get(base + "/actuator/health").body()).contains("\"state\":\"MIGRATING\"");
			assertRejected(Http.get(base + "/parcels"));
			assertRejected(Http.get(base + "/not/there"));
			assertThat(Http.get(base + "/engine/callback").body()).isEqualTo("called back");
			assertThat(preflight(base + "/parcels").headers().firstValue("Access-Control-Allow-Origin")).contains("*");

			CompletableFuture<ConfigurableApplicationContext> second = start(waiter, type, AFTER);
			String other = "http://localhost:" + waiter.port.get(30, TimeUnit.SECONDS);
			Awaitility.await().until(() -> waiter.gate().snapshot().state() == GateState.WAITING);
			assertRejected(Http.get(other + "/parcels"));

			holder.held.countDown();
			try (ConfigurableApplicationContext one = first.get(30, TimeUnit.SECONDS);
					ConfigurableApplicationContext two = second.get(30, TimeUnit.SECONDS)) {
				assertThat(Http.get(base + "/actuator/health/readiness").statusCode()).isEqualTo(200);
				assertThat(Http.get(other + "/actuator/health/readiness").statusCode()).isEqualTo(200);
				assertThat(Http.get(base + "/parcels").body()).isEqualTo("[]");
				assertThat(Http.get(other + "/parcels").body()).isEqualTo("[]");
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
		int port = freePort();
		CompletableFuture<ConfigurableApplicationContext> started = start(replica, type, AFTER,
				"management.server.port=" + port);
		try {
			String base = "http://localhost:" + replica.port.get(30, TimeUnit.SECONDS);
			Awaitility.await().until(() -> replica.gate().snapshot().state() == GateState.MIGRATING);
			assertThat(Http.get("http://localhost:" + port + "/actuator/health/liveness").statusCode()).isEqualTo(200);
			assertThat(Http.get("http://localhost:" + port + "/actuator/health/readiness").statusCode()).isEqualTo(503);
			assertRejected(Http.get(base + "/parcels"));
			assertRejected(Http.get(base + "/actuator/health/liveness"));
			assertThat(replica.live).as("an application may begin to work when it is told").isEmpty();
		}
		finally {
			replica.held.countDown();
			started.get(30, TimeUnit.SECONDS).close();
		}
		assertThat(replica.live).containsExactly(LivenessState.CORRECT);
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	/**
	 * The control arm of the first test: without the rejection the request reaches a
	 * table that is not there.
	 */
	@Test
	void withoutTheRejectionARequestComesTooEarly() throws Exception {
		Replica replica = new Replica("replica", new CountDownLatch(1));
		CompletableFuture<ConfigurableApplicationContext> started = start(replica, WebApplicationType.SERVLET, AFTER,
				"startgate.web.reject-until-open=false");
		try {
			String base = "http://localhost:" + replica.port.get(30, TimeUnit.SECONDS);
			Awaitility.await().until(() -> replica.gate().snapshot().state() == GateState.MIGRATING);
			assertThat(Http.get(base + "/parcels").statusCode()).isEqualTo(500);
		}
		finally {
			replica.held.countDown();
			started.get(30, TimeUnit.SECONDS).close();
		}
	}

	private static void assertRejected(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(503);
		assertThat(response.headers().firstValue("Retry-After")).contains("5");
		assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
		assertThat(response.body()).contains("\"status\":503", "not ready yet");
	}

	private CompletableFuture<ConfigurableApplicationContext> start(Replica replica, WebApplicationType type,
			String... properties) {
		List<String> all = new ArrayList<>(List.of(this.database.properties()));
		all.addAll(List.of(properties));
		all.addAll(List.of("server.port=0", "spring.datasource.hikari.maximum-pool-size=4", "spring.flyway.locations=",
				"startgate.replica-name=" + replica.name, "management.endpoint.health.probes.add-additional-paths=true",
				"management.endpoint.health.show-details=always"));
		CompletableFuture<ConfigurableApplicationContext> started = CompletableFuture
			.supplyAsync(() -> new SpringApplicationBuilder(Web.class).web(type)
				.initializers((context) -> context.getBeanFactory().registerSingleton("replica", replica))
				.listeners((ApplicationListener<WebServerInitializedEvent>) replica::listens)
				.run(all.stream().map((property) -> "--" + property).toArray(String[]::new)));
		started.whenComplete((context, failure) -> replica.port.complete(0));
		return started;
	}

	private HttpResponse<String> preflight(String url) throws Exception {
		return Http.send(Http.request(url)
			.method("OPTIONS", HttpRequest.BodyPublishers.noBody())
			.header("Origin", "https://example.org")
			.header("Access-Control-Request-Method", "GET"));
	}

	private static final class Replica {

		private final String name;

		private final CountDownLatch held;

		private final CompletableFuture<Integer> port = new CompletableFuture<>();

		private final CompletableFuture<StartupGate> gate = new CompletableFuture<>();

		private final List<MigrationsCompletedEvent> events = new CopyOnWriteArrayList<>();

		private final List<LivenessState> live = new CopyOnWriteArrayList<>();

		private final List<String> applied = new CopyOnWriteArrayList<>();

		private Replica(String name, CountDownLatch held) {
			this.name = name;
			this.held = held;
		}

		private void listens(WebServerInitializedEvent event) {
			this.gate.complete(event.getApplicationContext().getBean(StartupGate.class));
			this.port.complete(event.getWebServer().getPort());
		}

		private StartupGate gate() {
			return this.gate.join();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(WebModules.class)
	static class Web {

		@Bean
		static V1__Create_parcel createParcel(Replica replica) {
			return new V1__Create_parcel(replica.held);
		}

		@Bean
		MetadataSource view(Replica replica) {
			return new MetadataSource() {

				@Override
				public String name() {
					return "view";
				}

				@Override
				public String version() {
					return "1";
				}

				@Override
				public void apply(Connection connection) {
					replica.applied.add("view 1");
				}

				@Override
				public Settlement settled() {
					return Settlement.done();
				}

			};
		}

		@Bean
		Parcels parcels(JdbcTemplate jdbc) {
			return new Parcels(jdbc);
		}

		@Bean
		Heard heard(Replica replica) {
			return new Heard(replica);
		}

	}

	static class Heard {

		private final Replica replica;

		Heard(Replica replica) {
			this.replica = replica;
		}

		@EventListener
		void isAlive(AvailabilityChangeEvent<LivenessState> event) {
			this.replica.live.add(event.getState());
		}

		@EventListener
		void completed(MigrationsCompletedEvent event) {
			this.replica.events.add(event);
		}

	}

	@RestController
	@CrossOrigin
	static class Parcels {

		private final JdbcTemplate jdbc;

		Parcels(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@GetMapping("/parcels")
		List<Map<String, Object>> all() {
			return this.jdbc.queryForList("select * from parcel");
		}

		@GetMapping("/engine/callback")
		String callback() {
			return "called back";
		}

	}

	static final class V1__Create_parcel extends BaseJavaMigration {

		private final CountDownLatch held;

		V1__Create_parcel(CountDownLatch held) {
			this.held = held;
		}

		@Override
		public void migrate(Context context) throws Exception {
			this.held.await();
			try (var statement = context.getConnection().createStatement()) {
				statement.execute("create table parcel (id int)");
			}
		}

	}

}
