package dev.startgate.autoconfigure;

import dev.startgate.actuate.GateHealthIndicator;
import dev.startgate.gate.Gate;
import dev.startgate.gate.StartExecutors;
import dev.startgate.gate.Time;
import dev.startgate.probe.EarlyProbes;
import dev.startgate.probe.ProbeAnswers;
import dev.startgate.probe.ProbeHandOver;
import dev.startgate.probe.ProbeHealth;
import dev.startgate.probe.ProbePort.Role;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnNotWarDeployment;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration that answers probes while the web server, which will, can't yet.
 */
@AutoConfiguration(after = { StartgateAutoConfiguration.class, StartgateHealthAutoConfiguration.class })
@ConditionalOnClass({ HealthEndpoint.class, WebEndpointProperties.class, ServerProperties.class })
@ConditionalOnBooleanProperty(name = "startgate.enabled", matchIfMissing = true)
@ConditionalOnWebApplication
@ConditionalOnNotWarDeployment
@ConditionalOnBean({ Gate.class, GateHealthIndicator.class })
@ConditionalOnAvailableEndpoint(endpoint = HealthEndpoint.class, exposure = EndpointExposure.WEB)
public final class StartgateProbeAutoConfiguration {

	@Bean(destroyMethod = "close")
	EarlyProbes startgateEarlyProbes(StartgateProperties properties, ApplicationContext context, Gate gate,
			GateHealthIndicator indicator, StartExecutors threads, Time time) {
		ProbeAnswers answers = new ProbeAnswers(StartgateHealthAutoConfiguration.CONTRIBUTOR,
				() -> toProbeHealth(indicator.health()));
		// who asks would take a replica that ends for one that serves
		Boolean enabled = (properties.mode() == Mode.MIGRATE_AND_EXIT) ? Boolean.FALSE : properties.probe().enabled();
		return new EarlyProbes(gate, threads, time, new ProbePorts(context, enabled), answers);
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

}
