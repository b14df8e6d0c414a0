package dev.startgate.autoconfigure;

import dev.startgate.gate.Gate;
import dev.startgate.lifecycle.Deferral;
import dev.startgate.lifecycle.GatedLifecycleProcessor;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.support.AbstractApplicationContext;

/**
 * Auto-configuration that defers beans that start in an earlier phase than the gate. It
 * comes before that of Spring Boot, which adds no lifecycle processor if there is one.
 */
@AutoConfiguration(before = LifecycleAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "startgate.enabled", matchIfMissing = true)
@EnableConfigurationProperties({ StartgateProperties.class, LifecycleProperties.class })
public final class StartgateDeferralAutoConfiguration {

	@Bean
	Deferral startgateDeferral(ConfigurableListableBeanFactory beanFactory, StartgateProperties properties) {
		return new Deferral(beanFactory, properties.defer().include(), properties.defer().exempt());
	}

	@Bean(name = AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME)
	@ConditionalOnMissingBean(name = AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME,
			search = SearchStrategy.CURRENT)
	GatedLifecycleProcessor startgateLifecycleProcessor(Deferral deferral, LifecycleProperties properties, Gate gate) {
		GatedLifecycleProcessor processor = new GatedLifecycleProcessor(deferral, gate.journal()::defer);
		processor.setTimeoutPerShutdownPhase(properties.getTimeoutPerShutdownPhase().toMillis());
		return processor;
	}

}
