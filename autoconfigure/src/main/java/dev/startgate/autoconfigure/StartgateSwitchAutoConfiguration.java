package dev.startgate.autoconfigure;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration that fails the start if Startgate is neither on nor off. No other
 * auto-configuration applies then, and Spring Boot would migrate in any mode. A listener
 * of the start would run before the property sources of configuration classes are there.
 */
@AutoConfiguration
@Conditional(StartgateSwitchAutoConfiguration.NeitherOnNorOff.class)
final class StartgateSwitchAutoConfiguration {

	private static final String SWITCH = "startgate.enabled";

	@Bean
	static BeanFactoryPostProcessor startgateSwitch(Environment environment) {
		throw new InvalidConfigurationPropertyValueException(SWITCH, environment.getProperty(SWITCH),
				"'true' or 'false'");
	}

	/**
	 * Matches if none of the other auto-configurations can apply.
	 */
	static class NeitherOnNorOff extends NoneNestedConditions {

		NeitherOnNorOff() {
			super(ConfigurationPhase.PARSE_CONFIGURATION);
		}

		@ConditionalOnBooleanProperty(name = SWITCH, matchIfMissing = true)
		static class On {

		}

		@ConditionalOnBooleanProperty(name = SWITCH, havingValue = false)
		static class Off {

		}

	}

}
