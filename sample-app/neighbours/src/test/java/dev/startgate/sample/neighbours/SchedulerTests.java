package dev.startgate.sample.neighbours;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.zaxxer.hikari.HikariDataSource;
import dev.startgate.SettleCondition;
import dev.startgate.Settlement;
import dev.startgate.StartupGate;
import org.apache.camel.CamelContext;
import org.awaitility.Awaitility;
import org.axonframework.spring.config.SpringAxonConfiguration;
import org.jobrunr.server.BackgroundJobServer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Libraries that begin to work by themselves when an application starts, as
 * {@code docs/reference/deferred-beans.md} says.
 */
class SchedulerTests {

	private final Database database = new Database();

	@ParameterizedTest
	@EnumSource
	void worksOnceTheGateIsOpen(Library library) {
		runner(library).withPropertyValues(library.setting).withUserConfiguration(library.code).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
			assertThat(context.getBean(Hold.class).seen).hasSizeGreaterThan(Hold.ENOUGH).containsOnly(false);
			// the runner of Spring Boot's tests calls no runners of the application
			context.getBeanProvider(ApplicationRunner.class).ifAvailable(SchedulerTests::call);
			Awaitility.await().until(() -> library.works.test(context));
		});
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "CAMEL")
	void worksBeforeWithoutItsSetting(Library library) {
		runner(library).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Hold.class).seen).contains(true);
		});
	}

	private static void call(ApplicationRunner runner) {
		try {
			runner.run(null);
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	private ApplicationContextRunner runner(Library library) {
		return Modules.runner(library.module)
			// Spring Boot's own pool would be too late for the starter of db-scheduler,
			// which is for Spring Boot 3
			.withBean(HikariDataSource.class, this.database::pool)
			.withPropertyValues("startgate.metadata.poll-interval=20ms", "jobrunr.background-job-server.enabled=true")
			.withBean(Hold.class, library.works);
	}

	enum Library {

		DB_SCHEDULER("com.github.kagkarlsson",
				(context) -> context.getBean(Scheduler.class).getSchedulerState().isStarted(),
				"db-scheduler.delay-startup-until-context-ready=true", Nothing.class),

		JOBRUNR("org.jobrunr", (context) -> context.getBean(BackgroundJobServer.class).isRunning(), "", LateJobs.class),

		AXON("org.axonframework", (context) -> context.getBean(SpringAxonConfiguration.class).isRunning(),
				"startgate.defer.include=springAxonConfiguration", Nothing.class),

		CAMEL("org.apache.camel", (context) -> context.getBean(CamelContext.class).isStarted(), "", Nothing.class);

		private final String module;

		private final Predicate<ApplicationContext> works;

		private final String setting;

		private final Class<?> code;

		Library(String module, Predicate<ApplicationContext> works, String setting, Class<?> code) {
			this.module = module;
			this.works = works;
			this.setting = setting;
			this.code = code;
		}

	}

	/**
	 * Keeps the gate closed until the library has had its chance to begin, and notes
	 * whether it did.
	 */
	static final class Hold implements SettleCondition {

		private static final int ENOUGH = 20;

		private final List<Boolean> seen = new CopyOnWriteArrayList<>();

		private final Predicate<ApplicationContext> works;

		private final ApplicationContext context;

		Hold(Predicate<ApplicationContext> works, ApplicationContext context) {
			this.works = works;
			this.context = context;
		}

		@Override
		public String name() {
			return "hold";
		}

		@Override
		public Settlement settled() {
			this.seen.add(this.works.test(this.context));
			return (this.seen.size() > ENOUGH) ? Settlement.done() : Settlement.notYet("it had no chance yet");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Nothing {

	}

	@Configuration(proxyBeanMethods = false)
	static class LateJobs {

		@Bean
		static BeanFactoryPostProcessor jobRunrDoesNotStartByItself() {
			return (beanFactory) -> beanFactory.getBeanDefinition("jobRunrStarter").setLazyInit(true);
		}

		@Bean
		ApplicationRunner startJobRunr(ApplicationContext context) {
			return (arguments) -> context.getBean("jobRunrStarter", SmartInitializingSingleton.class)
				.afterSingletonsInstantiated();
		}

	}

}
