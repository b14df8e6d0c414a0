package dev.startgate.autoconfigure;

import dev.startgate.actuate.StartgateEndpoint;
import dev.startgate.actuate.page.StartgateWebEndpoint;
import dev.startgate.gate.CompletedMigrations;
import dev.startgate.gate.Gate;
import dev.startgate.gate.Time;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration for the endpoint that tells of a start.
 */
@AutoConfiguration(after = StartgateAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBooleanProperty(name = "startgate.enabled", matchIfMissing = true)
public final class StartgateEndpointAutoConfiguration {

	/**
	 * Nested, because the condition is one of Actuator's own classes.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnAvailableEndpoint(StartgateEndpoint.class)
	static class AvailableConfiguration {

		@Bean
		StartgateEndpoint startgateEndpoint(Gate gate, CompletedMigrations completed, Time time,
				StartgateProperties properties) {
			return new StartgateEndpoint(gate, completed, time, properties.settings());
		}

		@Bean
		StartgateWebEndpoint startgateWebEndpoint(StartgateEndpoint endpoint) {
			return new StartgateWebEndpoint(endpoint);
		}

	}

}
