package dev.startgate.deferral;

import java.util.List;
import java.util.stream.Stream;

import dev.startgate.testing.PostgresDatabase;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ScriptUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Quartz jobs in a JDBC store whose tables come from the application's own migrations.
 */
@ExtendWith(OutputCaptureExtension.class)
class QuartzTests {

	private static final String AFTER = "startgate.timing=after-web-server";

	private final PostgresDatabase database = PostgresDatabase.create();

	@Test
	void withoutStartgateTheJobFiresTooEarly() {
		try (HeldApplication application = HeldApplication.without(Application.class, properties())) {
			application.awaitCalls(1);
			assertThat(application.calls().early()).containsExactly("fired");
			assertThat(application.hold().asked()).isZero();
		}
	}

	@Test
	void jobFiresOnceTheGateIsOpen() {
		try (HeldApplication application = HeldApplication.with(Application.class, properties())) {
			application.awaitHeld();
			assertThat(application.calls().all()).isEmpty();
			assertThat(rows("select * from qrtz_scheduler_state")).as("schedulers that checked in").isEmpty();
			assertThat(rows("select * from qrtz_triggers where trigger_state = 'WAITING'"
					+ " and next_fire_time < 1000 * extract(epoch from now())"))
				.as("triggers that are overdue")
				.hasSize(1);
			application.release();
			application.awaitCalls(1);
			HeldApplication.eventually().until(() -> rows("select * from qrtz_triggers").isEmpty());
			assertThat(application.calls().all()).containsExactly("fired");
			assertThat(application.calls().early()).isEmpty();
		}
	}

	@Test
	void schedulerThatIsNotToStartStaysInStandby() throws SchedulerException {
		try (HeldApplication application = HeldApplication.with(Application.class,
				properties("spring.quartz.auto-startup=false"))) {
			application.release();
			assertThat(application.bean(Scheduler.class).isInStandbyMode()).isTrue();
			assertThat(rows("select * from qrtz_scheduler_state")).isEmpty();
			assertThat(application.calls().all()).isEmpty();
		}
	}

	@Test
	void afterTheWebServerJobsThatAreBeansAskTooEarlyAndTheirBeanIsNamed(CapturedOutput output) {
		HeldApplication application = HeldApplication.with(Application.class, properties(AFTER));
		assertThatException().isThrownBy(application::close);
		assertThat(output).contains("APPLICATION FAILED TO START",
				"Bean 'quartzScheduler' asked the database while it was created", "qrtz_job_details",
				"let 'quartzScheduler' ask later, in an ApplicationRunner", "startgate.timing=before-beans");
		assertThat(rows("select * from pg_tables where schemaname = 'public' and tablename not like 'startgate%'"
				+ " and tablename <> 'flyway_schema_history'"))
			.as("what was migrated")
			.isEmpty();
	}

	@Test
	void afterTheWebServerAJobThatARunnerSchedulesFiresOnceTheGateIsOpen() {
		try (HeldApplication application = HeldApplication.with(ScheduledByARunner.class, properties(AFTER))) {
			application.awaitHeld();
			assertThat(rows("select * from qrtz_scheduler_state")).as("schedulers that checked in").isEmpty();
			assertThat(rows("select * from qrtz_triggers")).isEmpty();
			application.release();
			application.awaitCalls(1);
			assertThat(application.calls().all()).containsExactly("fired");
			assertThat(application.calls().early()).isEmpty();
		}
	}

	private List<?> rows(String query) {
		return this.database.jdbc().queryForList(query);
	}

	private String[] properties(String... more) {
		return Stream
			.of(this.database.properties(), more,
					new String[] { "spring.quartz.job-store-type=jdbc", "spring.quartz.jdbc.initialize-schema=never",
							"spring.quartz.properties.org.quartz.jobStore.isClustered=true",
							"spring.quartz.properties.org.quartz.scheduler.instanceId=AUTO",
							"spring.quartz.properties.org.quartz.jobStore.driverDelegateClass="
									+ "org.quartz.impl.jdbcjobstore.PostgreSQLDelegate" })
			.flatMap(Stream::of)
			.toArray(String[]::new);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		V1__Create_quartz_tables quartzTables() {
			return new V1__Create_quartz_tables();
		}

		@Bean
		JobDetail job() {
			return JobBuilder.newJob(NotingJob.class).storeDurably().build();
		}

		@Bean
		Trigger trigger(JobDetail job) {
			return TriggerBuilder.newTrigger().forJob(job).startNow().build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ScheduledByARunner {

		@Bean
		V1__Create_quartz_tables quartzTables() {
			return new V1__Create_quartz_tables();
		}

		@Bean
		ApplicationRunner schedule(Scheduler scheduler) {
			JobDetail job = JobBuilder.newJob(NotingJob.class).build();
			return (arguments) -> scheduler.scheduleJob(job, TriggerBuilder.newTrigger().startNow().build());
		}

	}

	/**
	 * Runs the script that Quartz provides for its tables.
	 */
	static class V1__Create_quartz_tables extends BaseJavaMigration {

		@Override
		public boolean canExecuteInTransaction() {
			return false;
		}

		@Override
		public void migrate(Context context) {
			ScriptUtils.executeSqlScript(context.getConnection(),
					new ClassPathResource("org/quartz/impl/jdbcjobstore/tables_postgres.sql"));
		}

	}

	static class NotingJob implements Job {

		private final Calls calls;

		NotingJob(Calls calls) {
			this.calls = calls;
		}

		@Override
		public void execute(JobExecutionContext context) {
			this.calls.add("fired");
		}

	}

}
