package dev.startgate.actuate;

import java.net.http.HttpResponse;
import java.util.List;

import dev.startgate.testing.Http;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What programs and browsers get from the endpoint.
 */
class WebEndpointTests {

	private static final String BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void programsGetDataAndBrowsersGetAPage(WebApplicationType type) throws Exception {
		try (SettlingApplication application = SettlingApplication.start(type,
				List.of("management.endpoints.web.exposure.include=health,startgate"))) {
			String base = application.base();
			for (String accept : List.of("*/*", "application/json", "application/vnd.spring-boot.actuator.v3+json")) {
				HttpResponse<String> answer = get(base, accept);
				assertThat(answer.statusCode()).isEqualTo(200);
				assertThat(answer.headers().firstValue("Content-Type").orElse("")).as(accept).contains("json");
				assertThat(answer.body()).contains("\"state\":\"SETTLING\"", "\"name\":\"<b>shards</b>\"",
						"\"answer\":\"the last & shard\"");
			}
			HttpResponse<String> page = get(base, BROWSER);
			assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
			assertThat(page.body()).startsWith("<!DOCTYPE html>")
				.contains("http-equiv=\"refresh\"", "&lt;b&gt;shards&lt;/b&gt;", "the last &amp; shard", "SETTLING")
				.doesNotContain("<b>", "<script");
			application.settle();
			assertThat(get(base, "*/*").body()).contains("\"state\":\"OPEN\"", "PT");
			assertThat(get(base, BROWSER).body()).contains("The gate opened").doesNotContain("http-equiv=\"refresh\"");
		}
	}

	@Test
	void itIsOffTheWebUnlessExposed() throws Exception {
		try (SettlingApplication application = SettlingApplication.start(WebApplicationType.SERVLET, List.of())) {
			assertThat(application.settle().getBeansOfType(StartgateEndpoint.class)).isEmpty();
			assertThat(get(application.base(), "*/*").statusCode()).isEqualTo(404);
		}
	}

	private static HttpResponse<String> get(String base, String accept) throws Exception {
		return Http.send(Http.request(base + "/actuator/startgate").header("Accept", accept));
	}

}
