package dev.startgate.actuate;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;

import dev.startgate.testing.Http;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What probes see while the gate is closed, and once it is open.
 */
@Tag("long")
class ProbeTests {

	private static final String GROUP = "management.endpoint.health.group.";

	private static final String READINESS = "/actuator/health/readiness";

	private static final String LIVENESS = "/actuator/health/liveness";

	static Stream<List<String>> groups() {
		return Stream.of(List.of(), List.of(GROUP + "readiness.include=readinessState"),
				List.of(GROUP + "readiness.include=ping"), List.of(GROUP + "readiness.exclude=startgate"),
				List.of(GROUP + "liveness.include=*", GROUP + "liveness.exclude=readinessState"),
				List.of(GROUP + "liveness.include=livenessState,startgate"));
	}

	@ParameterizedTest
	@MethodSource("groups")
	void readinessIsGatedAndLivenessIsNotWhateverTheGroups(List<String> groups) throws Exception {
		assertProbes(WebApplicationType.SERVLET, groups, List.of(READINESS), List.of(LIVENESS));
	}

	/**
	 * The group lacks {@code readinessState}, which refuses traffic during a start by
	 * itself.
	 */
	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void additionalPathsAreGatedToo(WebApplicationType type) throws Exception {
		assertProbes(type,
				List.of("management.endpoint.health.probes.add-additional-paths=true", GROUP + "readiness.include=ping",
						GROUP + "readiness.additional-path=server:/readyz"),
				List.of(READINESS, "/readyz"), List.of(LIVENESS, "/livez"));
	}

	/**
	 * The setting of {@code docs/reference/endpoint.md}. Without {@code include} every
	 * contributor would belong to a group that has settings.
	 */
	@Test
	void detailsOfReadinessAreShownWhereTheGroupSaysSo() throws Exception {
		try (SettlingApplication application = SettlingApplication.start(WebApplicationType.SERVLET,
				List.of(GROUP + "readiness.include=readinessState", GROUP + "readiness.show-details=always"))) {
			application.settle();
			assertThat(Http.get(application.base() + READINESS).body())
				.contains("\"readinessState\"", "\"startgate\"", "\"state\":\"OPEN\"")
				.doesNotContain("\"diskSpace\"", "\"db\"");
			assertThat(Http.get(application.base() + "/actuator/health").body()).doesNotContain("\"state\":\"OPEN\"");
		}
	}

	/**
	 * A mapping replaces all of Spring Boot's, and a status that is not in the order does
	 * not count.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "http-mapping.down=500", "order=fatal,down,unknown,up" })
	void readinessIsGatedWhateverTheMeaningOfStatuses(String property) throws Exception {
		try (SettlingApplication application = SettlingApplication.start(WebApplicationType.SERVLET,
				List.of("management.endpoint.health.status." + property, GROUP + "readiness.include=ping"))) {
			HttpResponse<String> readiness = Http.get(application.base() + READINESS);
			assertThat(readiness.statusCode()).isEqualTo(503);
			assertThat(readiness.body()).doesNotContain("UP");
			application.settle();
			assertStatus(200, application.base(), List.of(READINESS));
		}
	}

	private static void assertProbes(WebApplicationType type, List<String> properties, List<String> readiness,
			List<String> liveness) throws Exception {
		List<String> all = Stream
			.concat(properties.stream(), Stream.of("management.endpoint.health.show-details=always"))
			.toList();
		try (SettlingApplication application = SettlingApplication.start(type, all)) {
			String base = application.base();
			assertStatus(503, base, readiness);
			assertStatus(200, base, liveness);
			Awaitility.await().untilAsserted(() -> {
				HttpResponse<String> health = Http.get(base + "/actuator/health");
				assertThat(health.statusCode()).isEqualTo(503);
				assertThat(health.body()).contains("\"startgate\"", "\"state\":\"SETTLING\"", "\"replica\"",
						"the last & shard");
			});
			application.settle();
			assertStatus(200, base, readiness);
			assertStatus(200, base, liveness);
			assertThat(Http.get(base + "/actuator/health").body()).contains("\"state\":\"OPEN\"");
		}
	}

	private static void assertStatus(int status, String base, List<String> paths) throws Exception {
		for (String path : paths) {
			assertThat(Http.get(base + path).statusCode()).as(path).isEqualTo(status);
		}
	}

}
