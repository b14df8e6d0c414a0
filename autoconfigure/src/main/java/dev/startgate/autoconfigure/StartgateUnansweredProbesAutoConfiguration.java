package dev.startgate.autoconfigure;

import dev.startgate.gate.Gate;
import dev.startgate.gate.GateListener;
import dev.startgate.probe.UnansweredProbes;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration that names what is missing where probes could be answered early, but
 * are not.
 */
@AutoConfiguration(after = StartgateProbeAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "startgate.enabled", matchIfMissing = true)
@ConditionalOnWebApplication
@ConditionalOnBean(Gate.class)
@ConditionalOnMissingBean(type = "dev.startgate.probe.ProbeAnswers")
public final class StartgateUnansweredProbesAutoConfiguration {

	/**
	 * A replica that ends after its work never answers probes early, so nothing is
	 * missing.
	 */
	@Bean
	GateListener startgateUnansweredProbes(StartgateProperties properties, Environment environment) {
		if (properties.mode().exits() || Boolean.FALSE.equals(properties.probe().enabled())) {
			return (before, after) -> {
			};
		}
		return new UnansweredProbes(CloudPlatform.KUBERNETES.isActive(environment));
	}

}
