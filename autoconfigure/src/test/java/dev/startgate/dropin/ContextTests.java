package dev.startgate.dropin;

import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import dev.startgate.GateOpenedEvent;
import dev.startgate.StartupGate;
import dev.startgate.testing.BootAutoConfigurations;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.DependsOn;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Contexts that are created in an unusual way.
 */
class ContextTests {

	@AutoClose
	private final Application application = new Application(true);

	@Test
	void withLazyInitializationTheMigrationsRunBeforeTheGateOpens() {
		List<Integer> applied = new ArrayList<>();
		this.application.runner().withInitializer((context) -> {
			context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor());
			context.addApplicationListener(
					(ApplicationListener<GateOpenedEvent>) (event) -> applied.add(this.application.history().size()));
		}).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
		});
		assertThat(applied).as("when the gate opened").containsExactly(2);
	}

	@Test
	void aBeanThatNamesTheInitializerComesAfterTheMigrations() {
		this.application.with(AfterFlyway.class)
			.start((context) -> assertThat(context.getBean("parcels")).isEqualTo(0));
	}

	@Test
	void aChildOfAContextThatMigratesFindsNothingToDo() {
		this.application.start((parent) -> new ApplicationContextRunner().withParent(parent)
			.withConfiguration(BootAutoConfigurations.with())
			.run((child) -> {
				assertThat(child).hasNotFailed();
				assertThat(child.getBean(StartupGate.class).isOpen()).isTrue();
				assertThat(child.getBean(Flyway.class)).isSameAs(parent.getBean(Flyway.class));
			}));
		assertThat(this.application.history()).hasSize(2);
	}

	@Test
	void aCleanAndAMigrateOnceTheGateIsOpenAreThoseOfFlyway() {
		this.application.with("spring.flyway.clean-disabled=false").start((context) -> {
			Flyway flyway = context.getBean(Flyway.class);
			for (int i = 0; i < 2; i++) {
				flyway.clean();
				assertThat(this.application.tables()).isEmpty();
				assertThat(flyway.migrate().migrationsExecuted).isEqualTo(2);
			}
			this.application.start((next) -> assertThat(next.getBean(StartupGate.class).isOpen()).isTrue());
			flyway.clean();
			this.application.start((next) -> assertThat(this.application.history()).hasSize(2));
		});
	}

	static class AfterFlyway {

		@Bean
		@DependsOn("flywayInitializer")
		Integer parcels(DataSource dataSource) {
			return new JdbcTemplate(dataSource).queryForObject("select count(*) from parcel", Integer.class);
		}

	}

}
