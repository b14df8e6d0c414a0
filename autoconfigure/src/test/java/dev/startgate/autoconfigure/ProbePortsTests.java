package dev.startgate.autoconfigure;

import java.util.List;

import dev.startgate.autoconfigure.StartgateProperties.EarlyEndpoints;
import dev.startgate.probe.EarlyEndpoint;
import dev.startgate.probe.Probe;
import dev.startgate.probe.ProbePath;
import dev.startgate.probe.ProbePort;
import dev.startgate.probe.ProbePort.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.boot.web.server.reactive.context.AnnotationConfigReactiveWebServerApplicationContext;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ProbePorts} and {@link ProbePaths}.
 */
class ProbePortsTests {

	private static final String KUBERNETES = "spring.main.cloud-platform=kubernetes";

	private ConfigurableApplicationContext context = new AnnotationConfigServletWebServerApplicationContext();

	private Boolean enabled;

	private EarlyEndpoints asked = EarlyEndpoints.MANAGEMENT_PORT;

	private boolean health = true;

	@Test
	void mainPortIsAnsweredOnKubernetes() {
		List<ProbePort> ports = ports(KUBERNETES);
		assertThat(ports).singleElement().satisfies((port) -> {
			assertThat(port.role()).isEqualTo(Role.MAIN);
			assertThat(port.number()).isEqualTo(8080);
			assertThat(port.address()).isNull();
		});
		assertThat(paths(ports.get(0))).containsExactlyInAnyOrder("/actuator/health", "/actuator/health/liveness",
				"/actuator/health/readiness");
	}

	@Test
	void mainPortIsLeftAloneElsewhere() {
		assertThat(ports()).isEmpty();
	}

	@Test
	void propertyOverridesTheSituation() {
		this.enabled = true;
		assertThat(ports()).hasSize(1);
		this.enabled = false;
		assertThat(ports(KUBERNETES, "management.server.port=9090")).isEmpty();
	}

	@Test
	void managementPortIsAnsweredAnywhere() {
		List<ProbePort> ports = ports("management.server.port=9090", "management.server.address=127.0.0.1",
				"management.server.base-path=manage/", "server.servlet.context-path=/shop");
		assertThat(ports).singleElement().satisfies((port) -> {
			assertThat(port.role()).isEqualTo(Role.MANAGEMENT);
			assertThat(port.number()).isEqualTo(9090);
			assertThat(port.address().isLoopbackAddress()).isTrue();
			assertThat(paths(port)).contains("/manage/actuator/health/liveness");
		});
	}

	@Test
	void pathsAreThoseOfTheServletApplication() {
		assertThat(paths(ports(KUBERNETES, "server.servlet.context-path=/shop/", "spring.mvc.servlet.path=web",
				"management.endpoints.web.base-path=/", "management.endpoints.web.path-mapping.health=state",
				"management.endpoint.health.probes.add-additional-paths=true")
			.get(0))).containsExactlyInAnyOrder("/shop/web/state", "/shop/web/state/liveness",
					"/shop/web/state/readiness", "/shop/web/livez", "/shop/web/readyz");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/state", "state/" })
	void pathOfHealthMayHaveSlashesAroundIt(String mapping) {
		assertThat(paths(ports(KUBERNETES, "management.endpoints.web.path-mapping.health=" + mapping).get(0)))
			.containsExactlyInAnyOrder("/actuator/state", "/actuator/state/liveness", "/actuator/state/readiness");
	}

	@Test
	void addressIsThatOfTheServer() {
		assertThat(ports(KUBERNETES, "server.address=127.0.0.2")).singleElement()
			.extracting((port) -> port.address().getHostAddress())
			.isEqualTo("127.0.0.2");
	}

	@Test
	void pathsAreThoseOfTheReactiveApplication() {
		this.context = new AnnotationConfigReactiveWebServerApplicationContext();
		assertThat(
				paths(ports(KUBERNETES, "spring.webflux.base-path=/shop", "server.servlet.context-path=/other").get(0)))
			.contains("/shop/actuator/health/liveness")
			.noneMatch((path) -> path.startsWith("/other"));
	}

	@Test
	void additionalPathsBelongToThePortTheyName() {
		List<ProbePort> ports = ports(KUBERNETES, "management.server.port=9090",
				"management.endpoint.health.group.readiness.additional-path=server:/ready",
				"management.endpoint.health.group.alive.include=ping",
				"management.endpoint.health.group.alive.additional-path=management:/alive");
		assertThat(ports).hasSize(2);
		assertThat(ports.get(0).role()).isEqualTo(Role.MAIN);
		assertThat(paths(ports.get(0))).containsExactly("/ready");
		assertThat(ports.get(1).paths()).filteredOn((path) -> path.path().equals("/alive"))
			.extracting(ProbePath::probe)
			.containsExactly(Probe.LIVENESS);
		assertThat(paths(ports.get(1))).doesNotContain("/ready").contains("/actuator/health/alive");
	}

	@Test
	void groupsThatAreOffAreNotAnswered() {
		assertThat(paths(ports(KUBERNETES, "management.endpoint.health.probes.enabled=false").get(0)))
			.containsExactly("/actuator/health");
	}

	@Test
	void detailsAreShownToAnybodyOrNobody() {
		assertThat(ports(KUBERNETES, "management.endpoint.health.show-details=when-authorized",
				"management.endpoint.health.group.readiness.show-details=always")
			.get(0)
			.paths()).filteredOn(ProbePath::details).extracting(ProbePath::probe).containsExactly(Probe.READINESS);
	}

	@ParameterizedTest
	@ValueSource(strings = { "server.port=0", "server.port=-1", "server.ssl.bundle=web" })
	void portThatCannotBeAnsweredIsLeftAlone(String property) {
		assertThat(ports(KUBERNETES, property)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "management.server.port=0", "management.server.port=-1" })
	void managementPortThatCannotBeAnsweredIsLeftAlone(String property) {
		assertThat(ports(KUBERNETES, property)).isEmpty();
	}

	@Test
	void additionalPathsAreThereWithoutAManagementPort() {
		assertThat(paths(ports(KUBERNETES, "management.server.port=-1",
				"management.endpoint.health.probes.add-additional-paths=true")
			.get(0))).containsExactly("/livez", "/readyz");
	}

	@Test
	void managementPortMayBeWithoutTheSslOfTheMainPort() {
		assertThat(ports("management.server.port=9090", "server.ssl.bundle=web")).isEmpty();
		assertThat(ports("management.server.ssl.enabled=false")).hasSize(1);
	}

	@Test
	void endpointsAreAnsweredOnASeparateManagementPort() {
		List<ProbePort> ports = ports(KUBERNETES, "management.server.port=9090", "management.server.base-path=/manage",
				"management.endpoints.web.path-mapping.prometheus=metrics",
				"management.endpoint.health.probes.add-additional-paths=true");
		assertThat(ports).extracting(ProbePort::role).containsExactly(Role.MAIN, Role.MANAGEMENT);
		assertThat(ports.get(0).endpoints()).isEmpty();
		assertThat(ports.get(1).endpoints()).containsOnlyKeys("/manage/actuator/startgate", "/manage/actuator/metrics");
		assertThat(ports.get(1).endpoints().get("/manage/actuator/metrics").id()).isEqualTo("prometheus");
	}

	@Test
	void endpointsAreAnsweredOnTheMainPortOnlyIfThatIsAskedFor() {
		assertThat(ports(KUBERNETES).get(0).endpoints()).isEmpty();
		this.asked = EarlyEndpoints.ANY_PORT;
		assertThat(ports("server.servlet.context-path=/shop").get(0).endpoints())
			.containsOnlyKeys("/shop/actuator/startgate", "/shop/actuator/prometheus");
		assertThat(ports("management.server.port=9090")).singleElement()
			.extracting(ProbePort::role)
			.isEqualTo(Role.MANAGEMENT);
	}

	@Test
	void endpointsAreAnsweredNowhereIfThatIsAskedFor() {
		this.asked = EarlyEndpoints.NONE;
		assertThat(ports("management.server.port=9090").get(0).endpoints()).isEmpty();
	}

	@Test
	void endpointsAreNotAnsweredWhereOnlySomeMaySeeDetails() {
		assertThat(
				ports("management.server.port=9090", "management.endpoint.health.show-details=when-authorized").get(0)
					.endpoints())
			.isEmpty();
	}

	@Test
	void endpointsNeedNoHealthOnTheWeb() {
		this.health = false;
		assertThat(ports(KUBERNETES, "management.server.port=9090")).singleElement().satisfies((port) -> {
			assertThat(port.role()).isEqualTo(Role.MANAGEMENT);
			assertThat(port.paths()).isEmpty();
			assertThat(port.endpoints()).hasSize(2);
		});
	}

	@Test
	void applicationWithoutAWebServerIsLeftAlone() {
		this.context = new AnnotationConfigApplicationContext();
		assertThat(ports(KUBERNETES, "management.server.port=9090")).isEmpty();
	}

	private List<ProbePort> ports(String... properties) {
		TestPropertyValues.of(properties).applyTo(this.context.getEnvironment());
		return new ProbePorts(this.context, new StartgateProperties.Probe(this.enabled, this.asked), this.health,
				List.of(new NamedEndpoint("startgate"), new NamedEndpoint("prometheus")))
			.get();
	}

	private record NamedEndpoint(String id) implements EarlyEndpoint {

		@Override
		public Form form(List<String> accept) {
			throw new UnsupportedOperationException();
		}

	}

	private static List<String> paths(ProbePort port) {
		return port.paths().stream().map(ProbePath::path).toList();
	}

}
