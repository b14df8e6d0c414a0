package dev.startgate.autoconfigure;

import java.util.Objects;

import dev.startgate.flyway.FlywayBeanPostProcessor;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.env.Environment;

/**
 * Fails the start of a replica that would migrate by itself although its mode says
 * otherwise. Startgate is switched off, and can't hold the replica back.
 */
final class SwitchedOffMode implements BeanPostProcessor, PriorityOrdered {

	private static final String MIGRATE = "migrate";

	private final Environment environment;

	private final ConfigurableListableBeanFactory beanFactory;

	SwitchedOffMode(Environment environment, ConfigurableListableBeanFactory beanFactory) {
		this.environment = environment;
		this.beanFactory = beanFactory;
	}

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		if (FlywayBeanPostProcessor.isMigrating(bean.getClass())
				&& (!(bean instanceof Flyway) || isMigratedAtOnce(beanName))) {
			String mode = mode();
			if (mode != null) {
				throw new RefusedStartException(
						"With 'startgate.enabled=false' this replica would migrate by itself with the bean '%s', although 'startgate.mode' is '%s'"
							.formatted(beanName, mode),
						("To start on the schema as it is, set 'spring.flyway.enabled=false', too. To let this replica "
								+ "migrate as in plain Spring Boot, set 'startgate.mode=migrate'. To keep the mode '%s', "
								+ "leave out 'startgate.enabled'.")
							.formatted(mode));
			}
		}
		return bean;
	}

	private boolean isMigratedAtOnce(String beanName) {
		return this.beanFactory.containsBeanDefinition(beanName)
				&& MIGRATE.equals(this.beanFactory.getMergedBeanDefinition(beanName).getInitMethodName());
	}

	private @Nullable String mode() {
		Mode mode = Objects.requireNonNullElse(
				Binder.get(this.environment).bind("startgate.mode", Mode.class).orElse(null), Mode.MIGRATE);
		return (mode != Mode.MIGRATE) ? StartgateProperties.word(mode) : null;
	}

}
