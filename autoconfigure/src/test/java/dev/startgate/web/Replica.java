package dev.startgate.web;

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
import dev.startgate.StartupGate;
import dev.startgate.testing.Metadata;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.WebModules;
import org.awaitility.Awaitility;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;

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
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.CrossOrigin;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * A web application whose migration waits for the test, and the events that it gets.
 */
final class Replica {

	final CountDownLatch held;

	final List<MigrationsCompletedEvent> events = new CopyOnWriteArrayList<>();

	final List<LivenessState> live = new CopyOnWriteArrayList<>();

	final List<String> applied = new CopyOnWriteArrayList<>();

	private final String name;

	private final List<Class<?>> sources = new ArrayList<>(List.of(Web.class));

	private final CompletableFuture<Integer> port = new CompletableFuture<>();

	private final CompletableFuture<StartupGate> gate = new CompletableFuture<>();

	Replica(String name, CountDownLatch held) {
		this.name = name;
		this.held = held;
	}

	Replica with(Class<?> configuration) {
		this.sources.add(configuration);
		return this;
	}

	CompletableFuture<ConfigurableApplicationContext> start(PostgresDatabase database, WebApplicationType type,
			String... properties) {
		List<String> all = new ArrayList<>(List.of(database.properties()));
		all.addAll(List.of(properties));
		all.addAll(List.of("server.port=0", "spring.datasource.hikari.maximum-pool-size=4", "spring.flyway.locations=",
				"startgate.replica-name=" + this.name, "management.endpoint.health.probes.add-additional-paths=true",
				"management.endpoint.health.show-details=always"));
		CompletableFuture<ConfigurableApplicationContext> started = CompletableFuture
			.supplyAsync(() -> new SpringApplicationBuilder(this.sources.toArray(Class<?>[]::new)).web(type)
				.initializers((context) -> context.getBeanFactory().registerSingleton("replica", this))
				.listeners((ApplicationListener<WebServerInitializedEvent>) this::listens)
				.run(all.stream().map((property) -> "--" + property).toArray(String[]::new)));
		started.whenComplete((context, failure) -> this.port.complete(0));
		return started;
	}

	private void listens(WebServerInitializedEvent event) {
		this.gate.complete(event.getApplicationContext().getBean(StartupGate.class));
		this.port.complete(event.getWebServer().getPort());
	}

	/**
	 * Return the base URL, once the web server is up.
	 */
	String base() throws Exception {
		return "http://localhost:" + this.port.get(120, TimeUnit.SECONDS);
	}

	/**
	 * Start with migrations that run once the web server answers, look while they run,
	 * let them end, and stop.
	 */
	void whileMigrating(PostgresDatabase database, WebApplicationType type, Look look, String... properties)
			throws Exception {
		CompletableFuture<ConfigurableApplicationContext> started = start(database, type,
				StringUtils.addStringToArray(properties, "startgate.timing=after-web-server"));
		try {
			String base = base();
			awaitState(GateState.MIGRATING);
			look.at(base);
		}
		finally {
			this.held.countDown();
			started.get(120, TimeUnit.SECONDS).close();
		}
	}

	void awaitState(GateState state) {
		Awaitility.await().until(() -> this.gate.join().snapshot().state() == state);
	}

	interface Look {

		void at(String base) throws Exception;

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
			return new Metadata("view", (connection) -> replica.applied.add("view 1"));
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
