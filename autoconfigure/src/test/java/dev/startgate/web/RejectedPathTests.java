package dev.startgate.web;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import dev.startgate.testing.PostgresDatabase;
import dev.startgate.web.Replica.Look;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
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
 * application has put its endpoints and servlets.
 */
@Tag("long")
class RejectedPathTests {

	private final PostgresDatabase database = PostgresDatabase.create();

	private final Replica replica = new Replica("replica", new CountDownLatch(1)).with(Engine.class);

	@Test
	void whatAnExemptRequestIsDispatchedToIsNotTurnedAway() throws Exception {
		whileMigrating((base) -> {
			assertThat(get(base + "/engine/forward").body()).isEqualTo("the page");
			assertRejected(get(base + "/page"));
			assertRejected(get(base + "/discount/50%25"));
			assertThat(get(base + "/engine/50%25").statusCode()).as("exempt, and not there").isEqualTo(404);
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

	/**
	 * The path of an endpoint of Spring MVC means something else below another servlet.
	 */
	@ParameterizedTest
	@CsvSource({ "'', '', /actuator", "/app, '', /actuator", "'', /mvc, /actuator", "/app, /mvc, /manage",
			"'', '', /" })
	void onlyTheManagementPathsOfSpringMvcAreExempt(String contextPath, String servletPath, String base)
			throws Exception {
		String health = "/".equals(base) ? "/health" : base + "/health";
		this.replica.with(Legacy.class);
		whileMigrating((url) -> {
			String app = url + contextPath;
			assertThat(get(app + servletPath + health + "/liveness").statusCode()).isEqualTo(200);
			assertThat(get(app + servletPath + health).body()).contains("\"state\":\"MIGRATING\"");
			assertThat(get(app + servletPath + "/livez").statusCode()).isEqualTo(200);
			for (String path : List.of(base, base + "/foo", health, health + "/liveness", "/livez", "/livez/foo",
					"/")) {
				assertRejected(get(app + "/legacy" + path));
				assertRejected(get(app + servletPath + "/more" + path));
			}
			assertRejected(get(app + servletPath + health + "/legacy/foo"));
			assertRejected(get(app + servletPath + "/parcels"));
			assertThat(get(app + servletPath + health + "/foo").body()).as("below a management path")
				.doesNotContain("not ready yet");
		}, "server.servlet.context-path=" + contextPath, "spring.mvc.servlet.path=" + servletPath,
				"management.endpoints.web.base-path=" + base);
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
		this.replica.whileMigrating(this.database, WebApplicationType.SERVLET, look, properties);
	}

	@Configuration(proxyBeanMethods = false)
	static class Legacy {

		@Bean
		ServletRegistrationBean<HttpServlet> legacy(@Value("${spring.mvc.servlet.path:}") String path,
				@Value("${management.endpoints.web.base-path}") String base) {
			return new ServletRegistrationBean<>(new HttpServlet() {

				@Override
				protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
					response.getWriter().print("handled");
				}

			}, "/legacy/*", path + "/more/*", path + StringUtils.trimTrailingCharacter(base, '/') + "/health/legacy/*");
		}

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
