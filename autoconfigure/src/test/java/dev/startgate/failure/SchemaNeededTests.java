package dev.startgate.failure;

import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.TestApplication;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * With migrations after the web server, a bean that needs the schema while it is created
 * is named.
 */
@ExtendWith(OutputCaptureExtension.class)
class SchemaNeededTests {

	private static final String AFTER = "startgate.timing=after-web-server";

	private final PostgresDatabase database = PostgresDatabase.create();

	@ParameterizedTest
	@ValueSource(strings = { "spring.jpa.hibernate.ddl-auto=validate", "spring.jpa.generate-ddl=true" })
	void hibernateThatLooksIsRefusedBeforeItFails(String property) {
		jpa(property).run((context) -> assertThat(context).getFailure()
			.rootCause()
			.hasMessageContaining("'entityManagerFactory' looks at the schema while it is created")
			.hasMessageContaining(property));
		assertThat(this.database.jdbc().queryForList("select tablename from pg_tables where schemaname = 'public'"))
			.isEmpty();
	}

	@Test
	void hibernateThatDoesNotLookIsFine() {
		jpa().run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.database.history()).containsExactly("1");
	}

	private ApplicationContextRunner jpa(String... properties) {
		return new ApplicationContextRunner()
			.withConfiguration(
					BootAutoConfigurations.with("boot.hibernate", "boot.jpa", "boot.data.jpa", "boot.persistence"))
			.withUserConfiguration(Jpa.class)
			.withPropertyValues(this.database.properties())
			.withPropertyValues(AFTER, "spring.flyway.locations=classpath:db/jpa")
			.withPropertyValues(properties);
	}

	@Test
	void beanThatQueriesTooEarlyIsNamed(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(Impatient.class));
		assertThat(output).contains("APPLICATION FAILED TO START",
				"Bean 'warmUp' asked the database while it was created", "relation \"parcel\" does not exist",
				"If a migration creates what is missing, let 'warmUp' ask later", "startgate.timing=before-beans");
	}

	@Test
	void beanThatIsCreatedAfterTheMigrationsIsNotToldToWait(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(Late.class));
		assertThat(output).contains("The gate is open", "relation \"nowhere\" does not exist")
			.doesNotContain("asked the database while it was created");
	}

	private void start(Class<?> configuration) {
		TestApplication.start(this.database, AFTER, "spring.flyway.locations=classpath:db/slow",
				"spring.main.sources=" + configuration.getName());
	}

	@AutoConfigurationPackage
	static class Jpa {

	}

	@Entity(name = "parcel")
	static class Parcel {

		@Id
		private Long id;

	}

	@Configuration(proxyBeanMethods = false)
	static class Impatient {

		@Bean
		InitializingBean warmUp(JdbcTemplate jdbc) {
			return () -> jdbc.queryForList("select * from parcel");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Late {

		@Bean
		@Lazy
		InitializingBean warmUp(JdbcTemplate jdbc) {
			return () -> jdbc.queryForList("select * from nowhere");
		}

		@Bean
		ApplicationRunner runner(BeanFactory beanFactory) {
			return (arguments) -> beanFactory.getBean("warmUp");
		}

	}

}
