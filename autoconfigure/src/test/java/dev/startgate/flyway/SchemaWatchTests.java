package dev.startgate.flyway;

import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import dev.startgate.SchemaChangedEvent;
import dev.startgate.StartupGate;
import dev.startgate.testing.Http;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * A replica runs while a newer one migrates, as in a rolling update.
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class SchemaWatchTests {

	private static final String TOO_NEW = "The schema of 'flyway' is at version '4', and this application works with"
			+ " none above '1'";

	private final PostgresDatabase database = PostgresDatabase.create();

	private final List<SchemaChangedEvent> events = new CopyOnWriteArrayList<>();

	private final List<Class<?>> sources = new ArrayList<>(List.of(TestApplication.class));

	@Test
	void whoWatchesRetiresItsConnectionsAndIsTold() {
		try (ConfigurableApplicationContext replica = start("startgate.metadata.watch-schema=true",
				"startgate.metadata.watch-interval=100ms")) {
			query(replica);
			Awaitility.await().during(Duration.ofMillis(400)).until(this.events::isEmpty);
			migrate();
			Awaitility.await().until(() -> !this.events.isEmpty());
			assertThatNoException().isThrownBy(() -> query(replica));
			assertThat(this.events).singleElement().satisfies((event) -> {
				assertThat(event.flyway()).isEqualTo("flyway");
				assertThat(event.version()).isEqualTo("2");
			});
		}
	}

	@ParameterizedTest
	@ValueSource(classes = { NoSuchMethodError.class, IllegalStateException.class })
	void aFailureOfAListenerIsLoggedAndDoesNotEndTheWatch(Class<? extends Throwable> failure, CapturedOutput output) {
		AtomicBoolean thrown = new AtomicBoolean();
		try (ConfigurableApplicationContext replica = start("startgate.metadata.watch-schema=true",
				"startgate.metadata.watch-interval=100ms")) {
			replica.addApplicationListener(new ApplicationListener<SchemaChangedEvent>() {

				@Override
				public void onApplicationEvent(SchemaChangedEvent event) {
					if (!thrown.getAndSet(true)) {
						ReflectionUtils.rethrowRuntimeException(BeanUtils.instantiateClass(failure));
					}
				}

			});
			migrate();
			Awaitility.await().untilTrue(thrown);
			this.events.clear();
			history(3, "3", "SQL", true);
			Awaitility.await().until(() -> !this.events.isEmpty());
			assertThat(output).contains("A listener for SchemaChangedEvent has failed")
				.contains(failure.getSimpleName());
		}
	}

	/** The control arm. */
	@Test
	void whoDoesNotWatchMeetsAPlanThatIsTooOld() {
		try (ConfigurableApplicationContext replica = start()) {
			query(replica);
			migrate();
			assertThatException().isThrownBy(() -> query(replica))
				.withMessageContaining("cached plan must not change result type");
			assertThat(this.events).isEmpty();
		}
	}

	@ParameterizedTest
	@CsvSource({ "1.9, false", "10, true" })
	void whoKnowsTheHighestVersionItWorksWithIsNotReadyAboveIt(String maximum, boolean ready) throws Exception {
		try (ConfigurableApplicationContext replica = startWithMaximum(maximum)) {
			assertThat(readiness(replica).statusCode()).isEqualTo(200);
			migrate();
			Awaitility.await().until(() -> !this.events.isEmpty());
			assertThat(readiness(replica).statusCode()).isEqualTo(ready ? 200 : 503);
			assertThat(replica.getBean(StartupGate.class).isOpen()).isTrue();
		}
		try (ConfigurableApplicationContext restarted = startWithMaximum(maximum)) {
			assertThat(readiness(restarted).statusCode()).isEqualTo(ready ? 200 : 503);
		}
	}

	@Test
	void neitherAFailedMigrationNorOneThatIsGoneCounts() throws Exception {
		try (ConfigurableApplicationContext replica = startWithMaximum("1")) {
			history(2, "2", "SQL", false);
			Awaitility.await().until(() -> this.events.size() == 1);
			assertThat(readiness(replica).statusCode()).isEqualTo(200);
			history(3, "3", "SQL", true);
			Awaitility.await().until(() -> readiness(replica).statusCode() == 503);
			history(4, "3", "UNDO_SQL", true);
			Awaitility.await().until(() -> readiness(replica).statusCode() == 200);
			history(5, "4", "SQL", false);
			Awaitility.await().until(() -> this.events.size() == 4);
			assertThat(readiness(replica).statusCode()).isEqualTo(200);
			this.database.jdbc().update("update flyway_schema_history set success = true where installed_rank = 5");
			Awaitility.await().until(() -> readiness(replica).statusCode() == 503);
			assertThat(Http.get(url(replica, "health")).body()).contains(TOO_NEW);
			assertThat(Http.get(url(replica, "startgate")).body()).contains(TOO_NEW);
			// with one more row, the deletion does not change the last row
			history(6, null, "SQL", true);
			this.database.jdbc().update("delete from flyway_schema_history where version = '4'");
			Awaitility.await().until(() -> readiness(replica).statusCode() == 200);
			assertThat(Http.get(url(replica, "startgate")).body()).doesNotContain("reason");
		}
	}

	/**
	 * A migration of a newer release has failed, and an older replica starts again. It is
	 * ready from the beginning, not only from its second look on.
	 */
	@Test
	void aFailedMigrationThatIsThereFromTheBeginningDoesNotCount() throws Exception {
		start().close();
		history(2, "2", "SQL", false);
		String seldom = "startgate.metadata.watch-interval=1h";
		try (ConfigurableApplicationContext replica = startWithMaximum("1", seldom)) {
			assertThat(readiness(replica).statusCode()).isEqualTo(200);
		}
		this.database.jdbc().update("update flyway_schema_history set success = true where installed_rank = 2");
		try (ConfigurableApplicationContext replica = startWithMaximum("1", seldom)) {
			assertThat(readiness(replica).statusCode()).isEqualTo(503);
		}
	}

	@Test
	void aSchemaThatIsTooNewFromTheBeginningCountsAlsoIfTheFirstLookFails() throws Exception {
		start().close();
		history(2, "2", "SQL", true);
		this.sources.add(OneFailure.class);
		try (ConfigurableApplicationContext replica = startWithMaximum("1", "startgate.metadata.watch-interval=1h")) {
			assertThat(replica.getBean(AtomicBoolean.class)).as("has failed").isTrue();
			assertThat(readiness(replica).statusCode()).isEqualTo(503);
		}
	}

	private ConfigurableApplicationContext startWithMaximum(String version, String... more) {
		this.events.clear();
		String[] properties = { "spring.main.web-application-type=servlet", "server.port=0",
				"management.endpoints.web.exposure.include=health,startgate",
				"management.endpoint.health.show-details=always", "startgate.metadata.watch-schema=true",
				"startgate.metadata.watch-interval=100ms", "startgate.metadata.max-schema-version=" + version };
		return start(TestApplication.join(properties, more));
	}

	private void history(int rank, String version, String type, boolean success) {
		this.database.jdbc()
			.update("insert into flyway_schema_history values (?, ?, 'x', ?, 'x', 1, 'x', now(), 1, ?)", rank, version,
					type, success);
	}

	private static HttpResponse<String> readiness(ConfigurableApplicationContext replica) throws Exception {
		return Http.get(url(replica, "health/readiness"));
	}

	private static String url(ConfigurableApplicationContext replica, String endpoint) {
		return "http://localhost:" + replica.getEnvironment().getProperty("local.server.port") + "/actuator/"
				+ endpoint;
	}

	private ConfigurableApplicationContext start(String... properties) {
		ConfigurableApplicationContext replica = new SpringApplicationBuilder(this.sources.toArray(Class[]::new))
			.web(WebApplicationType.NONE)
			.properties(this.database.properties())
			.properties(TestApplication.join(properties, "spring.flyway.locations=classpath:db/jpa",
					"spring.datasource.hikari.maximum-pool-size=2"))
			.run();
		replica.addApplicationListener(new ApplicationListener<SchemaChangedEvent>() {

			@Override
			public void onApplicationEvent(SchemaChangedEvent event) {
				SchemaWatchTests.this.events.add(event);
			}

		});
		return replica;
	}

	private void migrate() {
		Flyway.configure()
			.dataSource(this.database.url(), "postgres", null)
			.locations("classpath:db/jpa", "classpath:db/newer")
			.load()
			.migrate();
	}

	private static void query(ConfigurableApplicationContext replica) {
		try (Connection connection = replica.getBean(DataSource.class).getConnection();
				PreparedStatement statement = connection.prepareStatement("select * from parcel")) {
			connection.setAutoCommit(false);
			for (int run = 0; run < 10; run++) {
				statement.executeQuery().close();
			}
			connection.commit();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The database can't be reached once, just after the gate has opened.
	 */
	@Configuration(proxyBeanMethods = false)
	static class OneFailure {

		@Bean
		static AtomicBoolean hasFailed() {
			return new AtomicBoolean();
		}

		@Bean
		static BeanPostProcessor failsOnce(AtomicBoolean hasFailed, ObjectProvider<StartupGate> gate) {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					return (bean instanceof DataSource dataSource) ? failingOnce(dataSource) : bean;
				}

				private DataSource failingOnce(DataSource dataSource) {
					return new DelegatingDataSource(dataSource) {

						@Override
						public Connection getConnection() throws SQLException {
							if (gate.getObject().isOpen() && !hasFailed.getAndSet(true)) {
								throw new SQLException("once");
							}
							return super.getConnection();
						}

					};
				}

			};
		}

	}

}
