package dev.startgate.autoconfigure;

import dev.startgate.actuate.GateHealthIndicator;
import dev.startgate.actuate.ReadinessPostProcessor;
import dev.startgate.gate.Gate;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration that shows the gate as health. It comes after the auto-configuration
 * of the probe groups, because the later one decides about their members.
 */
@AutoConfiguration(after = StartgateAutoConfiguration.class,
		afterName = "org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration")
@ConditionalOnClass(HealthIndicator.class)
@ConditionalOnBooleanProperty(name = "startgate.enabled", matchIfMissing = true)
public final class StartgateHealthAutoConfiguration {

	static final String CONTRIBUTOR = "startgate";

	/**
	 * Always exists: without it, a health group that names it would fail the start.
	 */
	@Bean
	GateHealthIndicator startgateHealthIndicator(Gate gate, ApplicationContext context) {
		ApplicationContext parent = context.getParent();
		return new GateHealthIndicator(gate,
				(parent != null) ? parent.getBeanProvider(GateHealthIndicator.class).getIfAvailable() : null);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ HealthEndpointGroups.class, EndpointId.class })
	static class ReadinessConfiguration {

		@Bean
		static ReadinessPostProcessor startgateReadinessPostProcessor(ObjectProvider<GateHealthIndicator> gate) {
			return new ReadinessPostProcessor(CONTRIBUTOR, () -> gate.getObject().isReady());
		}

	}

}
