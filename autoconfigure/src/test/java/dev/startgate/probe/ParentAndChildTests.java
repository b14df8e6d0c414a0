package dev.startgate.probe;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.startgate.GateOpenedEvent;
import dev.startgate.GateSnapshot.Step;
import dev.startgate.GateState;
import dev.startgate.MetadataSource;
import dev.startgate.MigrationsCompletedEvent;
import dev.startgate.SettleCondition;
import dev.startgate.Settlement;
import dev.startgate.StartupGate;
import dev.startgate.metadata.UnusableMetadataSourceException;
import dev.startgate.testing.Condition;
import dev.startgate.testing.FreePort;
import dev.startgate.testing.HeldMigration;
import dev.startgate.testing.Metadata;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.TestApplication;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * A parent context migrates, and its child has the web server. Each has a gate.
 */
class ParentAndChildTests {

	private static final String LIVENESS = "/actuator/health/liveness";

	private static final String READINESS = "/actuator/health/readiness";

	private final PostgresDatabase database = PostgresDatabase.create();

	private final Seen seen = new Seen();

	private volatile ConfigurableApplicationContext child;

	@ParameterizedTest
	@ValueSource(strings = { "before-beans", "after-web-server" })
	void theParentMigratesAndTheChildIsReadyOnceItsOwnGateIsOpen(String timing) throws Exception {
		int port = FreePort.next();
		CompletableFuture<ConfigurableApplicationContext> started;
		try (HeldMigration held = HeldMigration.in(this.database)) {
			started = start("server.port=" + port, "startgate.timing=" + timing);
			held.awaitReached();
			assertThat(Answer.get(port, LIVENESS).status()).as("nobody answers for a web server of the child")
				.isEqualTo(Answer.NONE);
		}
		try {
			Awaitility.await()
				.failFast("ended", started::isDone)
				.until(() -> Answer.get(port, LIVENESS).status() == 200 && isSettling());
			StartupGate parents = this.child.getParent().getBean(StartupGate.class);
			StartupGate childs = this.child.getBean(StartupGate.class);
			assertThat(parents.isOpen()).isTrue();
			assertThat(childs.isOpen()).isFalse();
			assertThat(Answer.get(port, READINESS).status()).isEqualTo(503);
			assertThat(Answer.get(port, "/actuator/startgate").body()).as("of the child").contains("the test holds it");
			assertThat(this.child.getBean(MeterRegistry.class).get("startgate.state").tag("state", "open").gauge())
				.as("of the parent, whose registry it is")
				.extracting(Gauge::value)
				.isEqualTo(1.0);
			assertThat(Answer.get(port, "/parcels").status()).isEqualTo(timing.startsWith("after") ? 503 : 404);
			this.seen.settled = true;
			started.get(120, TimeUnit.SECONDS);
			assertThat(Answer.get(port, READINESS).status()).isEqualTo(200);
			assertThat(this.seen.opened).as("each gate once").containsExactly(parents, childs);
			assertThat(this.seen.performed).containsExactly(true, false);
			assertThat(this.seen.applied).as("metadata of the parent").containsExactly("view");
			assertThat(parents.snapshot().steps()).extracting(Step::name).contains("settle view");
			assertThat(childs.snapshot().steps()).extracting(Step::name)
				.contains("settle cache")
				.doesNotContain("settle view");
		}
		finally {
			this.seen.settled = true;
			((ConfigurableApplicationContext) started.get(120, TimeUnit.SECONDS).getParent()).close();
		}
	}

	@Test
	void theChildHasTheLockAndTheHistoryOfItsParent() {
		run("spring.flyway.locations=classpath:db/jpa,classpath:db/newer", "tariffs.version=2");
		run("spring.flyway.locations=classpath:db/jpa", "tariffs.version=1");
		assertThat(this.seen.applied).as("metadata of the child, which an older replica leaves alone")
			.containsExactly("view", "tariffs 2");
		assertThat(this.database.jdbc()
			.queryForList("select item from startgate_record where kind = 'metadata' and lock_name = ?", String.class,
					"public.flyway_schema_history"))
			.hasSize(3)
			.contains("view", "tariffs")
			.anyMatch((item) -> item.startsWith("initializer 'scripts'"));
	}

	@Test
	void whatIsToBeAppliedBeforeTheMigrationsIsTooLateInTheChild() {
		assertThatException()
			.isThrownBy(() -> run("spring.flyway.locations=classpath:db/jpa", "tariffs.version=1",
					"tariffs.phase=BEFORE_MIGRATIONS"))
			.havingRootCause()
			.isInstanceOf(UnusableMetadataSourceException.class)
			.withMessageContaining("'tariffs'");
		assertThat(this.seen.applied).containsExactly("view");
	}

	private void run(String... properties) {
		String[] all = Stream.of(this.database.properties(), properties)
			.flatMap(Stream::of)
			.map((property) -> "--" + property)
			.toArray(String[]::new);
		AtomicReference<ConfigurableApplicationContext> parent = new AtomicReference<>();
		try {
			new SpringApplicationBuilder(TestApplication.class, Parent.class).web(WebApplicationType.NONE)
				.initializers((created) -> created.getBeanFactory().registerSingleton("seen", this.seen), parent::set)
				.child(TestApplication.class, Sharing.class)
				.web(WebApplicationType.NONE)
				.run(all);
		}
		finally {
			parent.get().close();
		}
	}

	private boolean isSettling() {
		return this.child.getBean(StartupGate.class).snapshot().state() == GateState.SETTLING;
	}

	private CompletableFuture<ConfigurableApplicationContext> start(String... properties) {
		String[] all = Stream
			.of(this.database.properties(), properties,
					new String[] { "spring.flyway.locations=classpath:db/held", "startgate.probe.enabled=true",
							"startgate.metadata.poll-interval=20ms",
							"management.endpoints.web.exposure.include=health,startgate",
							"startgate.metadata.sql[0].name=parcels",
							"startgate.metadata.sql[0].query=select count(*) = 0 from parcel",
							"startgate.metadata.sql[0].data-source=dataSource" })
			.flatMap(Stream::of)
			.map((property) -> "--" + property)
			.toArray(String[]::new);
		return CompletableFuture.supplyAsync(() -> new SpringApplicationBuilder(TestApplication.class, Parent.class)
			.initializers((created) -> created.getBeanFactory().registerSingleton("seen", this.seen))
			.child(TestApplication.class, Child.class)
			.web(WebApplicationType.SERVLET)
			.initializers((created) -> this.child = created)
			.run(all), (task) -> new Thread(task, "start").start());
	}

	private static final class Seen {

		private final List<Object> opened = new CopyOnWriteArrayList<>();

		private final List<Boolean> performed = new CopyOnWriteArrayList<>();

		private final List<String> applied = new CopyOnWriteArrayList<>();

		private volatile boolean settled;

	}

	@Configuration(proxyBeanMethods = false)
	static class Parent {

		@Bean
		Listening listening(Seen seen) {
			return new Listening(seen);
		}

		@Bean
		MetadataSource view(Seen seen) {
			return new Metadata("view", (connection) -> seen.applied.add("view"));
		}

	}

	static class Listening {

		private final Seen seen;

		Listening(Seen seen) {
			this.seen = seen;
		}

		@EventListener
		void opened(GateOpenedEvent event) {
			this.seen.opened.add(event.getSource());
		}

		@EventListener
		void completed(MigrationsCompletedEvent event) {
			this.seen.performed.add(event.performedHere());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Child {

		@Bean
		SettleCondition cache(Seen seen) {
			return new Condition("cache",
					() -> seen.settled ? Settlement.done() : Settlement.notYet("the test holds it"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Sharing {

		@Bean
		MetadataSource tariffs(Seen seen, @Value("${tariffs.version}") String version,
				@Value("${tariffs.phase:AFTER_MIGRATIONS}") MetadataSource.Phase phase) {
			return new Metadata("tariffs", version, phase, 0, (connection) -> seen.applied.add("tariffs " + version));
		}

		@Bean
		DataSourceScriptDatabaseInitializer scripts(DataSource dataSource) {
			DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
			settings.setMode(DatabaseInitializationMode.ALWAYS);
			settings.setSchemaLocations(List.of("classpath:db/initializer/schema-if-not-exists.sql"));
			return new DataSourceScriptDatabaseInitializer(dataSource, settings);
		}

	}

}
