package dev.startgate.dropin;

import java.util.List;

import dev.startgate.testing.BootAutoConfigurations;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * JPA on an embedded database, where Hibernate creates the schema unless Flyway does.
 */
class JpaTests {

	private static final ApplicationContextRunner RUNNER = new ApplicationContextRunner()
		.withConfiguration(
				BootAutoConfigurations.with("boot.hibernate", "boot.jpa", "boot.data.jpa", "boot.persistence"))
		.withUserConfiguration(Jpa.class)
		.withPropertyValues("spring.datasource.generate-unique-name=true", "spring.flyway.locations=classpath:db/jpa");

	@ParameterizedTest
	@CsvSource({ "true, true, ", "false, true, ", "true, false, create-drop", "false, false, create-drop" })
	void flywayManagesTheSchemaWithAndWithoutStartgate(boolean startgate, boolean flyway, String ddlAuto) {
		RUNNER.withPropertyValues("startgate.enabled=" + startgate, "spring.flyway.enabled=" + flyway)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				EntityManagerFactory factory = context.getBean(EntityManagerFactory.class);
				assertThat(factory.getProperties().get("hibernate.hbm2ddl.auto")).isEqualTo(ddlAuto);
				List<String> tables = context.getBean(JdbcTemplate.class)
					.queryForList("select table_name from information_schema.tables where table_name = 'PARCEL'",
							String.class);
				assertThat(tables).hasSize(1);
			});
	}

	@AutoConfigurationPackage
	static class Jpa {

	}

	@Entity(name = "parcel")
	static class Parcel {

		@Id
		private Long id;

	}

}
