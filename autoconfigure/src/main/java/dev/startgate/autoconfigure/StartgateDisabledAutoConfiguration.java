package dev.startgate.autoconfigure;

import java.util.Map;

import dev.startgate.GateState;
import dev.startgate.MigrationCoordinator;
import dev.startgate.StartupGate;
import dev.startgate.actuate.GateHealthIndicator;
import dev.startgate.flyway.DataMigrationBeans;
import dev.startgate.gate.Gate;
import dev.startgate.gate.Time;
import org.flywaydb.core.Flyway;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Auto-configuration for an application that has Startgate switched off. The beans that
 * the application may inject exist, but they hold nothing up.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "startgate.enabled", havingValue = false)
public final class StartgateDisabledAutoConfiguration {

	@Bean
	StartupGate startgateGate(Environment environment) {
		Gate gate = new Gate(ReplicaName.of(environment), Time.system());
		gate.moveTo(GateState.SETTLING);
		gate.moveTo(GateState.OPEN);
		return gate;
	}

	/**
	 * Spring Boot does not start if a health group names a contributor that does not
	 * exist.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(HealthIndicator.class)
	@Conditional(NamedByHealthGroup.class)
	static class HealthConfiguration {

		@Bean
		GateHealthIndicator startgateHealthIndicator(StartupGate gate) {
			return new GateHealthIndicator(gate);
		}

	}

	static class NamedByHealthGroup implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			BindResult<Map<String, Object>> groups = Binder.get(context.getEnvironment())
				.bind("management.endpoint.health.group", Bindable.mapOf(String.class, Object.class));
			return String.valueOf(groups.orElse(Map.of())).contains(StartgateHealthAutoConfiguration.CONTRIBUTOR);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Flyway.class)
	static class FlywayConfiguration {

		/**
		 * Keeps data migrations away from the schema's Flyway. If they ran there, they
		 * would run again once Startgate is switched on, because it uses another history.
		 */
		@Bean
		static DataMigrationBeans startgateDataMigrationBeans() {
			return new DataMigrationBeans();
		}

		@Bean
		static SwitchedOffMode startgateSwitchedOffMode(Environment environment,
				ConfigurableListableBeanFactory beanFactory) {
			return new SwitchedOffMode(environment, beanFactory);
		}

		@Bean
		MigrationCoordinator startgateMigrationCoordinator() {
			return Flyway::migrate;
		}

	}

}
