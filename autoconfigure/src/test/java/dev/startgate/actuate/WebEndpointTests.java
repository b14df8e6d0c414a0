package dev.startgate.actuate;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.startgate.SettleCondition;
import dev.startgate.Settlement;
import dev.startgate.testing.Http;
import dev.startgate.testing.WebModules;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What programs and browsers get from the endpoint.
 */
class WebEndpointTests {

	private static final String BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

	private final Holding holding = new Holding();

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void programsGetDataAndBrowsersGetAPage(WebApplicationType type) throws Exception {
		CompletableFuture<ConfigurableApplicationContext> started = CompletableFuture
			.supplyAsync(() -> start(type, "management.endpoints.web.exposure.include=health,startgate"));
		started.whenComplete((context, failure) -> this.holding.port.complete("0"));
		try {
			String port = this.holding.port.get(90, TimeUnit.SECONDS);
			for (String accept : List.of("*/*", "application/json", "application/vnd.spring-boot.actuator.v3+json")) {
				HttpResponse<String> answer = get(port, accept);
				assertThat(answer.statusCode()).isEqualTo(200);
				assertThat(answer.headers().firstValue("Content-Type").orElse("")).as(accept).contains("json");
				assertThat(answer.body()).contains("\"state\":\"SETTLING\"", "\"name\":\"<b>shards</b>\"",
						"\"answer\":\"the last & shard\"");
			}
			HttpResponse<String> page = get(port, BROWSER);
			assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
			assertThat(page.body()).startsWith("<!DOCTYPE html>")
				.contains("http-equiv=\"refresh\"", "&lt;b&gt;shards&lt;/b&gt;", "the last &amp; shard", "SETTLING")
				.doesNotContain("<b>", "<script");
			this.holding.settled.countDown();
			try (ConfigurableApplicationContext context = started.get(90, TimeUnit.SECONDS)) {
				assertThat(get(port, "*/*").body()).contains("\"state\":\"OPEN\"", "PT");
				assertThat(get(port, BROWSER).body()).contains("The gate opened")
					.doesNotContain("http-equiv=\"refresh\"");
			}
		}
		finally {
			this.holding.settled.countDown();
		}
	}

	@ParameterizedTest
	@EnumSource(names = "SERVLET")
	void itIsOffTheWebUnlessExposed(WebApplicationType type) throws Exception {
		this.holding.settled.countDown();
		try (ConfigurableApplicationContext context = start(type)) {
			assertThat(get(context.getEnvironment().getProperty("local.server.port"), "*/*").statusCode())
				.isEqualTo(404);
			assertThat(context.getBeansOfType(StartgateEndpoint.class)).isEmpty();
		}
	}

	private ConfigurableApplicationContext start(WebApplicationType type, String... properties) {
		return new SpringApplicationBuilder(Web.class).web(type)
			.initializers((context) -> context.getBeanFactory().registerSingleton("holding", this.holding))
			.properties("server.port=0", "spring.datasource.generate-unique-name=true",
					"spring.flyway.locations=classpath:db/jpa", "startgate.metadata.poll-interval=10ms")
			.properties(properties)
			.run();
	}

	private HttpResponse<String> get(String port, String accept) throws Exception {
		return Http.send(Http.request("http://localhost:" + port + "/actuator/startgate").header("Accept", accept));
	}

	private static final class Holding {

		private final CountDownLatch settled = new CountDownLatch(1);

		private final CompletableFuture<String> port = new CompletableFuture<>();

	}

	@Configuration(proxyBeanMethods = false)
	@Import(WebModules.class)
	static class Web {

		@Bean
		SettleCondition shards(Holding holding, Environment environment) {
			return new SettleCondition() {

				@Override
				public String name() {
					return "<b>shards</b>";
				}

				@Override
				public Settlement settled() {
					holding.port.complete(environment.getProperty("local.server.port"));
					return (holding.settled.getCount() == 0) ? Settlement.done()
							: Settlement.notYet("the last & shard");
				}

			};
		}

	}

}
