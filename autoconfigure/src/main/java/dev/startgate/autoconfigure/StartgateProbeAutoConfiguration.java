package dev.startgate.autoconfigure;

import dev.startgate.actuate.GateHealthIndicator;
import dev.startgate.actuate.GateMetrics;
import dev.startgate.actuate.StartgateEndpoint;
import dev.startgate.actuate.page.StartgateWebEndpoint;
import dev.startgate.autoconfigure.StartgateProperties.Probe;
import dev.startgate.gate.CompletedMigrations;
import dev.startgate.gate.Gate;
import dev.startgate.gate.StartExecutors;
import dev.startgate.gate.Time;
import dev.startgate.probe.EarlyEndpoint;
import dev.startgate.probe.EarlyProbes;
import dev.startgate.probe.ProbeAnswers;
import dev.startgate.probe.ProbeHandOver;
import dev.startgate.probe.ProbeHealth;
import dev.startgate.probe.ProbePort.Role;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnNotWarDeployment;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.ConditionalOnEnabledMetricsExport;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusScrapeEndpoint;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration that answers probes, and requests for endpoints that report the
 * start, until the web server can.
 */
@AutoConfiguration(after = { StartgateAutoConfiguration.class, StartgateHealthAutoConfiguration.class,
		StartgateEndpointAutoConfiguration.class })
@ConditionalOnClass({ HealthEndpoint.class, WebEndpointProperties.class, ServerProperties.class })
@ConditionalOnBooleanProperty(name = "startgate.enabled", matchIfMissing = true)
@ConditionalOnWebApplication
@ConditionalOnNotWarDeployment
@ConditionalOnBean({ Gate.class, GateHealthIndicator.class })
public final class StartgateProbeAutoConfiguration {

	@Bean
	@ConditionalOnAvailableEndpoint(endpoint = HealthEndpoint.class, exposure = EndpointExposure.WEB)
	ProbeAnswers startgateProbeAnswers(GateHealthIndicator indicator) {
		return new ProbeAnswers(StartgateHealthAutoConfiguration.CONTRIBUTOR, () -> toProbeHealth(indicator.health()));
	}

	@Bean
	@ConditionalOnBean(StartgateWebEndpoint.class)
	@ConditionalOnAvailableEndpoint(endpoint = StartgateEndpoint.class, exposure = EndpointExposure.WEB)
	EarlyEndpoint startgateEarlyStart(StartgateEndpoint endpoint, StartgateWebEndpoint web, Environment environment) {
		return new EarlyStart(endpoint, web, ProbePaths.detailsOfHealth(environment) == Show.ALWAYS);
	}

	@Bean(destroyMethod = "close")
	EarlyProbes startgateEarlyProbes(StartgateProperties properties, ApplicationContext context, Gate gate,
			StartExecutors threads, Time time, ObjectProvider<ProbeAnswers> health,
			ObjectProvider<EarlyEndpoint> endpoints) {
		ProbeAnswers answers = health.getIfAvailable();
		// a client would take a replica that is going to end for one that serves requests
		Probe settings = properties.mode().exits() ? new Probe(Boolean.FALSE, properties.probe().endpoints())
				: properties.probe();
		return new EarlyProbes(gate, threads, time,
				new ProbePorts(context, settings, answers != null, endpoints.orderedStream().toList()), answers);
	}

	private static ProbeHealth toProbeHealth(Health health) {
		return new ProbeHealth(health.getStatus().getCode(), health.getDetails());
	}

	@Bean
	ProbeHandOver startgateMainProbeHandOver(EarlyProbes probes) {
		return new ProbeHandOver(probes, Role.MAIN);
	}

	@Bean
	ProbeHandOver startgateManagementProbeHandOver(EarlyProbes probes) {
		return new ProbeHandOver(probes, Role.MANAGEMENT);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ PrometheusMeterRegistry.class, PrometheusScrapeEndpoint.class })
	@ConditionalOnEnabledMetricsExport("prometheus")
	static class ScrapeConfiguration {

		/**
		 * Nested, because the condition is about a class that may be missing.
		 */
		@Configuration(proxyBeanMethods = false)
		@ConditionalOnAvailableEndpoint(endpoint = PrometheusScrapeEndpoint.class, exposure = EndpointExposure.WEB)
		static class ExposedConfiguration {

			@Bean
			EarlyEndpoint startgateEarlyScrape(Gate gate, CompletedMigrations completed, Time time,
					StartgateProperties properties, Environment environment) {
				StartgateEndpoint start = new StartgateEndpoint(gate, completed, time, properties.settings());
				return new EarlyScrape(new GateMetrics(start), environment,
						ProbePaths.detailsOfHealth(environment) == Show.ALWAYS);
			}

		}

	}

}
