package dev.startgate.chaos;

import dev.startgate.MigrationsCompletedEvent;
import dev.startgate.autoconfigure.StartgateAutoConfiguration;
import dev.startgate.autoconfigure.StartgateFlywayAutoConfiguration;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;

/**
 * The application of a replica in this JVM. Many of them wait while one migrates until
 * the benchmark lets it end.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class,
		StartgateAutoConfiguration.class, StartgateFlywayAutoConfiguration.class })
class WaitingReplica {

	private final GateTimes times;

	WaitingReplica(Environment environment) {
		this.times = GateTimes.of(environment.getRequiredProperty("startgate.replica-name"));
	}

	static ConfigurableApplicationContext start(String name, String url) {
		return new SpringApplicationBuilder(WaitingReplica.class).web(WebApplicationType.NONE)
			.properties("spring.datasource.url=" + url + "?ApplicationName=" + name,
					"spring.datasource.username=postgres", "spring.datasource.hikari.maximum-pool-size=3",
					"spring.datasource.hikari.minimum-idle=0", "spring.flyway.locations=",
					"startgate.replica-name=" + name)
			.run();
	}

	@Bean
	static BeanPostProcessor gateTimes(Environment environment) {
		return new GateWatch(GateTimes.of(environment.getRequiredProperty("startgate.replica-name"))::follow);
	}

	@Bean
	static V1__Migrate_until_told migrateUntilTold() {
		return new V1__Migrate_until_told();
	}

	@EventListener
	void completed(MigrationsCompletedEvent event) {
		this.times.completed();
	}

}
