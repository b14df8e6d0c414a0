package dev.startgate.web;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;

import dev.startgate.GateState;
import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.PostgresDatabase;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DeferredImportSelector;
import org.springframework.context.annotation.Import;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.cors.CorsConfiguration;

import static dev.startgate.web.Requests.assertRejected;
import static dev.startgate.web.Requests.get;
import static dev.startgate.web.Requests.preflight;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring Security beside the rejection: a request that is turned away does not reach it,
 * and any other request remains under its rules.
 */
@Tag("long")
class SecurityTests {

	private static final String[] CREDENTIALS = { "Authorization",
			"Basic " + Base64.getEncoder().encodeToString("clerk:secret".getBytes(StandardCharsets.US_ASCII)) };

	private static final String[] BROWSER = { "Accept", "text/html" };

	private final PostgresDatabase database = PostgresDatabase.create();

	private final Replica replica = new Replica("replica", new CountDownLatch(1)).with(Secured.class);

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void nobodyIsAskedForCredentialsInVainAndNothingIsOpenThatWasClosed(WebApplicationType type) throws Exception {
		this.replica.whileMigrating(this.database, type, (base) -> {
			assertRejected(get(base + "/parcels"));
			assertRejected(get(base + "/parcels", CREDENTIALS));
			assertRejected(get(base + "/parcels", BROWSER));
			assertRejected(get(base + "/login", BROWSER));
			assertSecured(base);
			this.replica.held.countDown();
			this.replica.awaitState(GateState.OPEN);
			assertAsksForCredentials(get(base + "/parcels"));
			assertThat(get(base + "/parcels", CREDENTIALS).body()).isEqualTo("[]");
			assertThat(get(base + "/parcels", BROWSER).headers().firstValue("Location").orElse("")).endsWith("/login");
			assertSecured(base);
		}, "startgate.web.exempt-paths=/engine/**", "spring.security.user.name=clerk",
				"spring.security.user.password=secret", "management.endpoints.web.exposure.include=health,startgate");
	}

	/**
	 * Assert what is the same before the gate is open and after it.
	 */
	private static void assertSecured(String base) throws Exception {
		assertThat(get(base + "/actuator/health/liveness").statusCode()).isEqualTo(200);
		assertAsksForCredentials(get(base + "/actuator/startgate"));
		assertThat(get(base + "/actuator/startgate", CREDENTIALS).statusCode()).isEqualTo(200);
		assertAsksForCredentials(get(base + "/engine/callback"));
		assertThat(get(base + "/engine/callback", CREDENTIALS).body()).isEqualTo("called back");
		HttpResponse<String> preflight = preflight(base + "/parcels");
		assertThat(preflight.statusCode()).isEqualTo(200);
		assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
	}

	private static void assertAsksForCredentials(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(401);
		assertThat(response.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Basic");
	}

	@Configuration(proxyBeanMethods = false)
	@Import(SecurityModule.class)
	static class Secured {

		@Bean
		@ConditionalOnWebApplication(type = Type.SERVLET)
		SecurityFilterChain servlet(HttpSecurity http) throws Exception {
			return http.authorizeHttpRequests(
					(paths) -> paths.requestMatchers("/actuator/health/**").permitAll().anyRequest().authenticated())
				.cors(Customizer.withDefaults())
				.formLogin(Customizer.withDefaults())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

		@Bean
		@ConditionalOnWebApplication(type = Type.REACTIVE)
		SecurityWebFilterChain reactive(ServerHttpSecurity http) {
			return http
				.authorizeExchange(
						(paths) -> paths.pathMatchers("/actuator/health/**").permitAll().anyExchange().authenticated())
				.cors((cors) -> cors
					.configurationSource((exchange) -> new CorsConfiguration().applyPermitDefaultValues()))
				.formLogin(Customizer.withDefaults())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

	}

	static class SecurityModule implements DeferredImportSelector {

		@Override
		public String[] selectImports(AnnotationMetadata metadata) {
			return BootAutoConfigurations.names("boot.security");
		}

	}

}
