package dev.startgate.dropin;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import dev.startgate.testing.AnotherTomcat;
import dev.startgate.testing.FreePort;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts an application without each library that Startgate can do without. A new class
 * loader leaves out the jars of the library. The application has all parts of Startgate
 * except those that need the library, and turns requests away until its gate is open. The
 * build tries three absences. To try all of them:
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=AbsentLibraryTests -Dlibraries.all=true
 * </pre>
 */
@Tag("long")
class AbsentLibraryTests {

	private static final List<String> FILTER = List.of("startgateRejectingFilter");

	private static final List<String> WEB_FILTER = List.of("startgateRejectingWebFilter");

	private static final List<String> METRICS = List.of("startgateMetrics");

	private static final List<String> ENDPOINT = List.of("startgateEndpoint", "startgateWebEndpoint");

	private static final List<String> HEALTH = List.of("startgateHealthIndicator");

	private static final List<String> READINESS = List.of("startgateReadinessPostProcessor");

	private static final List<String> SCRAPE = List.of("startgateEarlyScrape");

	private static final List<String> PROBES = List.of("startgateEarlyProbes", "startgateProbeAnswers",
			"startgateEarlyStart", "startgateMainProbeHandOver", "startgateManagementProbeHandOver", "probe 200");

	private static final List<String> UNANSWERED = List.of("startgateUnansweredProbes");

	private static final List<String> FLYWAY = List.of("startgateFlywayBeanPostProcessor",
			"startgateUsualFlywayBeanPostProcessor", "startgateDataMigrationBeans", "startgateMigrationCoordinator",
			"startgateFlywayRuns", "startgateDataMigrations", "startgatePreconditionFiles", "startgateSchemaWatch",
			"startgateLazyInitializationExcludeFilter", "startgateMigrationCheck", "startgateDatabaseInitializers",
			"startgateInitializerBeanPostProcessor");

	private static final List<String> REJECTED = List.of("answer 503");

	/** Only these, as each takes some seconds. {@code -Dlibraries.all=true} tries all. */
	private static final Set<Absence> IN_THE_BUILD = EnumSet.of(Absence.ACTUATOR_AND_HEALTH, Absence.SERVLET,
			Absence.ALL);

	private static Set<String> complete;

	@BeforeAll
	static void startWithAll() throws Exception {
		complete = start(List.of());
	}

	@Test
	void withAllOfThemAllPartsAreThere() {
		assertThat(complete).contains("open true")
			.containsAll(union(FILTER, METRICS, ENDPOINT, HEALTH, READINESS, PROBES, SCRAPE, FLYWAY, REJECTED))
			.doesNotContainAnyElementsOf(union(WEB_FILTER, UNANSWERED));
	}

	static Stream<Absence> absences() {
		return Stream.of(Absence.values())
			.filter((absence) -> Boolean.getBoolean("libraries.all") || IN_THE_BUILD.contains(absence));
	}

	@ParameterizedTest
	@MethodSource("absences")
	void withoutOneTheOtherPartsAreThere(Absence absence) throws Exception {
		assertThat(complete).containsAll(absence.lost);
		Set<String> expected = new TreeSet<>(complete);
		expected.removeAll(absence.lost);
		expected.addAll(absence.gained);
		assertThat(start(absence.packages)).containsExactlyElementsOf(expected);
	}

	private static Set<String> start(Collection<String> packages) throws Exception {
		ClassLoader before = Thread.currentThread().getContextClassLoader();
		try (WithoutLibraries loader = new WithoutLibraries(packages)) {
			Thread.currentThread().setContextClassLoader(loader);
			AnotherTomcat.allowIn(loader);
			@SuppressWarnings("unchecked")
			Set<String> found = (Set<String>) loader.loadClass(LackingApplication.class.getName())
				.getMethod("start", String[].class)
				.invoke(null, (Object) properties());
			return found;
		}
		catch (InvocationTargetException ex) {
			throw new AssertionError("The application does not start without " + packages, ex.getCause());
		}
		finally {
			Thread.currentThread().setContextClassLoader(before);
		}
	}

	private static String[] properties() {
		return new String[] { "server.port=" + FreePort.next(), "startgate.probe.enabled=true",
				"spring.datasource.url=jdbc:h2:mem:lacking;DB_CLOSE_DELAY=-1",
				// the default needs HikariCP
				"spring.datasource.type=org.springframework.jdbc.datasource.SimpleDriverDataSource",
				"spring.flyway.locations=classpath:db/jpa", "startgate.web.reject-until-open=true",
				"management.endpoints.web.exposure.include=health,startgate,prometheus" };
	}

	@SafeVarargs
	@SuppressWarnings("varargs")
	private static List<String> union(List<String>... lists) {
		return Arrays.stream(lists).flatMap(List::stream).toList();
	}

	/**
	 * The packages that are not there, with the parts that are lost or gained by that.
	 */
	enum Absence {

		ACTUATOR(List.of("org.springframework.boot.actuate"), union(METRICS, ENDPOINT, READINESS, PROBES, SCRAPE),
				UNANSWERED),

		HEALTH_OF_ACTUATOR(List.of("org.springframework.boot.health"), union(HEALTH, READINESS, PROBES, SCRAPE),
				UNANSWERED),

		ACTUATOR_AND_HEALTH(union(ACTUATOR.packages, HEALTH_OF_ACTUATOR.packages), union(ACTUATOR.lost, HEALTH),
				UNANSWERED),

		MICROMETER(List.of("io.micrometer.core"), union(METRICS, SCRAPE), List.of()),

		SERVLET(List.of("jakarta.servlet", "org.apache.catalina", "org.apache.coyote", "org.apache.tomcat",
				"org.springframework.web.servlet"), FILTER, WEB_FILTER),

		REACTIVE(List.of("reactor", "org.reactivestreams", "io.lettuce", "org.springframework.web.reactive",
				"org.springframework.integration", "org.springframework.cloud"), List.of(), List.of()),

		WEB(union(SERVLET.packages, REACTIVE.packages, List.of("org.springframework.web", "org.springframework.http")),
				union(FILTER, PROBES, SCRAPE, REJECTED), List.of()),

		SERVER_OF_THE_JDK(List.of("com.sun.net.httpserver"), List.of(), List.of()),

		SCHEDULERS_AND_LISTENERS(List.of("org.quartz", "org.apache.kafka", "org.springframework.kafka", "com.rabbitmq",
				"org.springframework.amqp", "jakarta.jms", "org.springframework.jms", "org.apache.activemq",
				"io.lettuce", "org.springframework.data.redis", "org.springframework.integration",
				"org.springframework.cloud", "org.springframework.batch"), List.of(), List.of()),

		POOL_AND_DRIVER(List.of("com.zaxxer.hikari", "org.postgresql", "org.flywaydb.database.postgresql"), List.of(),
				List.of()),

		MODULE_OF_MIGRATIONS(List.of("org.springframework.boot.flyway"), List.of("probe 200"), List.of()),

		MIGRATIONS(List.of("org.flywaydb"), union(FLYWAY, List.of("probe 200")), List.of()),

		ALL(union(ACTUATOR_AND_HEALTH.packages, MICROMETER.packages, WEB.packages, SERVER_OF_THE_JDK.packages,
				SCHEDULERS_AND_LISTENERS.packages, POOL_AND_DRIVER.packages, MIGRATIONS.packages),
				union(WEB.lost, ACTUATOR_AND_HEALTH.lost, FLYWAY), List.of());

		private final List<String> packages;

		private final List<String> lost;

		private final List<String> gained;

		Absence(List<String> packages, List<String> lost, List<String> gained) {
			this.packages = packages;
			this.lost = lost;
			this.gained = gained;
		}

	}

}
