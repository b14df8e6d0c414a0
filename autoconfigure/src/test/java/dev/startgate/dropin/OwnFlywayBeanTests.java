package dev.startgate.dropin;

import javax.sql.DataSource;

import dev.startgate.MigrationsCompletedEvent;
import dev.startgate.MigrationsCompletedEvent.Migrated;
import dev.startgate.StartupGate;
import dev.startgate.testing.PostgresDatabase;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.output.MigrateResult;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Mockito;

import org.springframework.aop.Advisor;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.NameMatchMethodPointcut;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.AbstractFactoryBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.event.EventListener;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.Ordered;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Flyway beans that the application defines itself.
 */
@ExtendWith(OutputCaptureExtension.class)
class OwnFlywayBeanTests {

	private static final PostgresDatabase SECOND = PostgresDatabase.create();

	@AutoClose
	private final Application application = new Application(true);

	@Test
	void twoAreCoordinatedEachInItsOwnDatabase() {
		this.application.file("sql/V3__alone.sql", "select 1");
		Replicas replicas = new Replicas();
		replicas.startTogether(this.application.with(Two.class).runner());
		assertThat(this.application.history()).hasSize(3);
		assertThat(SECOND.history()).containsExactly("1", "2", "3");
		assertThat(SECOND.lockRows()).hasSize(1);
		assertThat(this.application.jdbc().queryForList("select name from startgate_lock")).hasSize(1);
		this.application
			.start((context) -> assertThat(context.getBean(Two.class).event.migrated()).extracting(Migrated::flyway)
				.containsExactlyInAnyOrder("first", "second"));
	}

	@Test
	void aSubclassKeepsItsTypeAndItsMethods() {
		this.application.with(Subclass.class).start((context) -> {
			assertThat(context.getBean(Subclass.User.class).flyway().migrations()).isOne();
			assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
		});
		assertThat(this.application.history()).hasSize(2);
		assertThat(this.application.jdbc().queryForList("select * from startgate_lock")).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(classes = { NeededByAnAdvisor.class, NeededByAPostProcessor.class, MadeByAFactory.class,
			Replaced.class, Scoped.class })
	void isCoordinatedHoweverItIsCreated(Class<?> configuration, CapturedOutput output) {
		this.application.with(configuration)
			.start((context) -> assertThat(context.getBean(StartupGate.class).isOpen()).isTrue());
		assertThat(this.application.history()).hasSize(2);
		assertThat(this.application.jdbc().queryForList("select * from startgate_lock")).hasSize(1);
		assertThat(output).doesNotContain("not coordinate");
	}

	@Test
	void aMockStaysAMock() {
		this.application.with(Mocked.class).start((context) -> {
			assertThat(Mockito.mockingDetails(context.getBean(Flyway.class)).isMock()).isTrue();
			Mockito.verify(context.getBean(Flyway.class)).migrate();
			assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
		});
		assertThat(this.application.tables()).isEmpty();
	}

	static class Two {

		private MigrationsCompletedEvent event;

		@EventListener
		void completed(MigrationsCompletedEvent event) {
			this.event = event;
		}

		@Bean(initMethod = "migrate")
		Flyway first(DataSource dataSource, @Value("${spring.flyway.locations}") String location) {
			return Flyway.configure().dataSource(dataSource).locations(location).load();
		}

		@Bean(initMethod = "migrate")
		Flyway second(@Value("${spring.flyway.locations}") String location) {
			DataSource dataSource = new DriverManagerDataSource(SECOND.url(), "postgres", "");
			return Flyway.configure().dataSource(dataSource).locations(location).load();
		}

	}

	static class NeededByAnAdvisor {

		@Bean
		static DefaultAdvisorAutoProxyCreator proxies() {
			return new DefaultAdvisorAutoProxyCreator();
		}

		@Bean
		static Advisor audit(JdbcTemplate jdbc) {
			NameMatchMethodPointcut nothing = new NameMatchMethodPointcut();
			return new DefaultPointcutAdvisor(nothing, (MethodInterceptor) MethodInvocation::proceed);
		}

	}

	static class NeededByAPostProcessor {

		@Bean
		static BeanPostProcessor settings(JdbcTemplate jdbc) {
			return new BeanPostProcessor() {
			};
		}

	}

	static class Replaced extends Migrating {

		@Bean
		static BeanPostProcessor replaces() {
			return new Replacing();
		}

		private static final class Replacing implements BeanPostProcessor, Ordered {

			@Override
			public int getOrder() {
				return 0;
			}

			@Override
			public Object postProcessBeforeInitialization(Object bean, String beanName) {
				return (bean instanceof Flyway flyway)
						? Flyway.configure().configuration(flyway.getConfiguration()).load() : bean;
			}

		}

	}

	static class Migrating {

		@Bean(initMethod = "migrate")
		Flyway flyway(DataSource dataSource, @Value("${spring.flyway.locations}") String location) {
			return Flyway.configure().dataSource(dataSource).locations(location).load();
		}

	}

	static class Scoped {

		@Bean
		static CustomScopeConfigurer scopes() {
			CustomScopeConfigurer scopes = new CustomScopeConfigurer();
			scopes.addScope("thread", new SimpleThreadScope());
			return scopes;
		}

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
		Flyway flyway(DataSource dataSource, @Value("${spring.flyway.locations}") String location) {
			return Flyway.configure().dataSource(dataSource).locations(location).load();
		}

		@Bean
		InitializingBean migrates(Flyway flyway) {
			return flyway::migrate;
		}

	}

	static class MadeByAFactory {

		@Bean
		FactoryBean<Flyway> flyway(DataSource dataSource, @Value("${spring.flyway.locations}") String location) {
			return new AbstractFactoryBean<>() {

				@Override
				public Class<?> getObjectType() {
					return Flyway.class;
				}

				@Override
				protected Flyway createInstance() {
					return Flyway.configure().dataSource(dataSource).locations(location).load();
				}

			};
		}

		@Bean
		InitializingBean migrates(Flyway flyway) {
			return flyway::migrate;
		}

	}

	static class Subclass {

		@Bean(initMethod = "migrate")
		OwnFlyway flyway(DataSource dataSource, @Value("${spring.flyway.locations}") String location) {
			return new OwnFlyway(Flyway.configure().dataSource(dataSource).locations(location));
		}

		@Bean
		User user(OwnFlyway flyway) {
			return new User(flyway);
		}

		record User(OwnFlyway flyway) {
		}

	}

	static class OwnFlyway extends Flyway {

		private int migrations;

		OwnFlyway(Configuration configuration) {
			super(configuration);
		}

		@Override
		public MigrateResult migrate() {
			this.migrations++;
			return super.migrate();
		}

		int migrations() {
			return this.migrations;
		}

	}

	static class Mocked {

		@Bean(initMethod = "migrate")
		Flyway flyway() {
			return Mockito.mock(Flyway.class);
		}

	}

}
