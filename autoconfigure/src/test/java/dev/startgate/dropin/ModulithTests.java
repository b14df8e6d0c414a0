package dev.startgate.dropin;

import java.util.List;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.modulith.core.ApplicationModuleIdentifier;
import org.springframework.modulith.core.ApplicationModuleIdentifiers;
import org.springframework.modulith.runtime.flyway.MigrationFilter;
import org.springframework.modulith.runtime.flyway.SpringModulithFlywayMigrationStrategy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The strategy of Spring Modulith, which migrates each module with a history of its own,
 * by Flyway objects that it makes itself. The modules are named here, because Modulith
 * does not look into test classes.
 */
class ModulithTests {

	@AutoClose
	private final Application application = new Application(true).with("spring.flyway.locations=classpath:db/modulith")
		.with(Modules.class);

	private final Replicas replicas = new Replicas();

	@Test
	void allModulesAreMigratedUnderOneLock() {
		this.replicas.startTogether(this.application.runner());
		assertThat(this.replicas.atTheSameTime()).isOne();
		assertThat(this.application.tables().toString()).contains("public.shop ", "public.orders_order ",
				"public.stock_item ");
		assertThat(List.of("", "_orders", "_stock")).allSatisfy((module) -> assertThat(this.application.jdbc()
			.queryForObject("select count(*) from flyway_schema_history" + module + " where type = 'SQL' and success",
					Long.class))
			.isOne());
	}

	@Configuration(proxyBeanMethods = false)
	static class Modules {

		@Bean
		FlywayMigrationStrategy modulith(Replicas replicas) {
			ApplicationModuleIdentifiers modules = ApplicationModuleIdentifiers
				.of(List.of(ApplicationModuleIdentifier.of("orders"), ApplicationModuleIdentifier.of("stock")));
			SpringModulithFlywayMigrationStrategy strategy = new SpringModulithFlywayMigrationStrategy(modules,
					MigrationFilter.USE_ALL);
			return (flyway) -> {
				replicas.doAlone();
				strategy.migrate(flyway);
			};
		}

	}

}
