package dev.startgate.autoconfigure;

import dev.startgate.MigrationCoordinator;
import dev.startgate.StartupGate;
import dev.startgate.flyway.DataMigrationBeans;
import dev.startgate.gate.Gate;
import dev.startgate.gate.Time;
import org.flywaydb.core.Flyway;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for an application that has Startgate switched off: what it may
 * inject is there, and holds nothing up.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "startgate.enabled", havingValue = false)
public final class StartgateDisabledAutoConfiguration {

	@Bean
	StartupGate startgateGate(Environment environment) {
		return Gate.alwaysOpen(ReplicaName.of(environment), Time.system());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Flyway.class)
	static class FlywayConfiguration {

		/**
		 * Data migrations are left out: in the history of the schema they would be run
		 * again once Startgate is switched on.
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
