package dev.startgate.autoconfigure;

import dev.startgate.actuate.GateMetrics;
import dev.startgate.actuate.StartgateEndpoint;
import dev.startgate.gate.CompletedMigrations;
import dev.startgate.gate.Gate;
import dev.startgate.gate.Time;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the metrics of a start.
 */
@AutoConfiguration(after = StartgateAutoConfiguration.class)
@ConditionalOnClass({ MeterBinder.class, Endpoint.class })
@ConditionalOnBooleanProperty(name = "startgate.enabled", matchIfMissing = true)
public final class StartgateMetricsAutoConfiguration {

	/**
	 * The metrics read the report of the endpoint, whether the endpoint is exposed or
	 * not.
	 */
	@Bean
	GateMetrics startgateMetrics(Gate gate, CompletedMigrations completed, Time time, StartgateProperties properties) {
		return new GateMetrics(new StartgateEndpoint(gate, completed, time, properties.settings()), gate);
	}

}
