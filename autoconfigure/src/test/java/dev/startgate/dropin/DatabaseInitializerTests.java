package dev.startgate.dropin;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import dev.startgate.StartupGate;
import dev.startgate.testing.BootAutoConfigurations;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Scripts that Spring Boot runs beside Flyway.
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class DatabaseInitializerTests {

	private static final String OFF = "startgate.initializers=off";

	@AutoClose
	private final Application application = new Application(true)
		.file("schema.sql", "create table if not exists point (id int)")
		.with("spring.sql.init.mode=always");

	private final Replicas replicas = new Replicas();

	DatabaseInitializerTests() {
		this.application.with("spring.sql.init.schema-locations="
				+ this.application.location("schema.sql").replace("filesystem", "file"));
	}

	@ParameterizedTest
	@CsvSource({ "one-at-a-time, 1", "off, 2" })
	void firstReplicaRunsScriptsBeforeTheOthers(String initializers, int atTheSameTime) {
		if (atTheSameTime > 1) {
			// a first start creates the tables: two replicas that do so at once may fail
			this.application.startWell();
			this.replicas.meet();
		}
		this.replicas.startTogether(
				this.application.with("startgate.initializers=" + initializers).with(Scripts.class).runner());
		assertThat(this.replicas.atTheSameTime()).isEqualTo(atTheSameTime);
		assertThat(this.application.tables().toString()).contains("public.tariff");
	}

	@Test
	void takesTheLockForEachContentOnce() {
		assertThat(generationAfterStart()).as("migrations, then a script").isEqualTo(2);
		assertThat(generationAfterStart()).isEqualTo(2);
		this.application.file("schema.sql", "create table if not exists point (id int, name varchar(10))");
		assertThat(generationAfterStart()).isEqualTo(3);
		this.application.file("schema.sql", "create table if not exists point (id int)");
		assertThat(generationAfterStart()).as("replica of an older release").isEqualTo(3);
	}

	@Test
	void runsScriptsAtEachStart() {
		this.application.startWell();
		this.application.jdbc().execute("drop table point");
		this.application.startWell();
		assertThat(this.application.tables().toString()).contains("public.point");
	}

	@Test
	void runsScriptsThatDropOnFirstReplicaOnly(CapturedOutput output) {
		this.application.file("schema.sql", "drop table if exists point;\ncreate table point (id int)");
		this.application.startWell();
		this.application.jdbc().execute("insert into point values (1)");
		int before = output.length();
		this.application.startWell();
		assertThat(points()).isOne();
		assertThat(output.toString().substring(before))
			.contains("'dataSourceScriptDatabaseInitializer' is left out: it would drop what it has created");
		this.application.with(OFF).startWell();
		assertThat(points()).isZero();
	}

	@Test
	void runsScriptsThatDropOnFirstReplicaOnlyEvenIfBeansAreLazy() {
		this.application.file("schema.sql", "drop table if exists point;\ncreate table point (id int)")
			.with(LazyBeans.class);
		pointsAfterUse();
		this.application.jdbc().execute("insert into point values (1)");
		assertThat(pointsAfterUse()).isOne();
		this.application.with(OFF).startWell();
		assertThat(points()).as("not used yet, as in plain Boot").isOne();
		assertThat(pointsAfterUse()).isZero();
	}

	private long pointsAfterUse() {
		this.application.start((context) -> context.getBean(JdbcTemplate.class).execute("select 1"));
		return points();
	}

	@ParameterizedTest
	@Timeout(120)
	@ValueSource(strings = { "startgate.initializers=one-at-a-time", OFF, "startgate.on-failure=stay-down" })
	void failedScriptFailsTheStartAsInPlainBoot(String property) {
		this.application.with(property);
		this.application.file("schema.sql", "create table nonsense");
		assertThat(this.application.start()).hasSizeGreaterThan(1)
			.first()
			.asString()
			.startsWith("BeanCreationException: Error creating bean with name 'dataSourceScriptDatabaseInitializer'")
			.contains("Failed to execute SQL script statement #1");
		assertThat(this.application.jdbc()
			.queryForObject("select count(*) from startgate_lock where lock_until > now()", Long.class))
			.as("locks that are held")
			.isZero();
		this.application.file("schema.sql", "create table if not exists point (id int)");
		this.application.start((context) -> assertThat(context.getBean(StartupGate.class).isOpen()).isTrue());
	}

	/**
	 * Somebody still has to resolve the failure that another replica has noted.
	 */
	@Test
	void whatFailsErasesNoFailureOfOthers() {
		this.application.startWell();
		this.application.jdbc()
			.update("insert into startgate_record select name, 'trouble', 'work', 1, 'web-9', now(), 'it failed'"
					+ " from startgate_lock");
		this.application.file("schema.sql", "create table nonsense");
		assertThat(this.application.start()).isNotEmpty();
		assertThat(failures()).isOne();
		this.application.file("schema.sql", "create table if not exists point (id int, x int)");
		this.application.startWell();
		assertThat(failures()).isZero();
	}

	private long failures() {
		return this.application.jdbc()
			.queryForObject("select count(*) from startgate_record where kind = 'trouble'", Long.class);
	}

	/**
	 * The trigger counts with a sequence, because that also counts what is rolled back.
	 */
	@Test
	void runsOnceAlthoughItsRecordIsLost() {
		this.application.startWell();
		this.application.jdbc().execute("create sequence attempt");
		this.application.jdbc()
			.execute("create function lose() returns trigger language plpgsql as"
					+ " 'begin if nextval(''attempt'') <= 11 then raise exception ''lost'' using errcode = ''57P01'';"
					+ " end if; return new; end'");
		this.application.jdbc()
			.execute("create trigger lose before insert on startgate_record for each row"
					+ " when (new.item like 'initializer ''counted''%') execute function lose()");
		this.application.with(CountedScripts.class).start((context) -> {
			assertThat(context.getBean(AtomicInteger.class)).hasValue(1);
			assertThat(this.application.generation()).as("migrations, the script, two for the counted one")
				.isEqualTo(4);
		});
		assertThat(this.application.jdbc()
			.queryForObject("select count(*) from startgate_record where item like 'initializer ''counted''%'",
					Long.class))
			.isOne();
	}

	@Test
	void initializerOnAnotherThreadTakesNoLock() {
		this.application.with(OFF);
		long generation = generationAfterStart();
		this.application.with("startgate.initializers=one-at-a-time", "spring.sql.init.mode=never")
			.with(BackgroundScripts.class);
		assertThat(generationAfterStart()).isEqualTo(generation);
		assertThat(this.application.tables().toString()).contains("public.tariff");
	}

	@Test
	void runsScriptsBeforeDeferredMigrations() {
		this.application.with("startgate.timing=after-web-server")
			.start((context) -> assertThat(context.getBean(StartupGate.class).isOpen()).isTrue());
		assertThat(this.application.tables().toString()).contains("public.point", "public.parcel");
		assertThat(this.application.history()).hasSize(2);
	}

	@Test
	void waitingReplicaRunsScriptsWithoutTheLock() {
		long generation = generationAfterStart();
		this.application.file("schema.sql", "create table if not exists tariff (id int)").with("startgate.mode=wait");
		assertThat(generationAfterStart()).isEqualTo(generation);
		assertThat(this.application.tables().toString()).contains("public.tariff");
	}

	@Test
	void initializerThatIsCreatedLateTakesNoLock() {
		this.application.with(LateScripts.class).start((context) -> {
			long generation = this.application.generation();
			context.getBean("late");
			assertThat(this.application.generation()).isEqualTo(generation);
		});
		assertThat(this.application.tables().toString()).contains("public.tariff");
	}

	@Test
	void otherDatabaseIsNotCoordinated() {
		this.application.with("spring.flyway.url=" + this.application.url(), "spring.flyway.user=postgres");
		assertThat(generationAfterStart()).as("migrations only").isOne();
	}

	@Test
	void registersJobsOfQuartzOnFirstReplicaOnce() {
		ApplicationContextRunner quartz = this.application.runner(BootAutoConfigurations.with("boot.quartz"))
			.withUserConfiguration(Jobs.class)
			.withPropertyValues("spring.quartz.job-store-type=jdbc", "spring.quartz.auto-startup=false",
					"spring.quartz.jdbc.initialize-schema=always", "spring.quartz.properties."
							+ "org.quartz.jobStore.driverDelegateClass=org.quartz.impl.jdbcjobstore.PostgreSQLDelegate");
		assertThat(generationAfter(quartz)).as("migrations, scripts, then jobs").isEqualTo(3);
		assertThat(generationAfter(quartz)).isEqualTo(3);
		assertThat(generationAfter(quartz.withPropertyValues("job=another"))).isEqualTo(4);
		assertThat(this.application.jdbc().queryForList("select job_name from qrtz_job_details order by 1"))
			.hasToString("[{job_name=another}, {job_name=job}]");
	}

	@Test
	void createsTheTablesOfModulithOnFirstReplicaOnce() {
		ApplicationContextRunner modulith = this.application.runner(BootAutoConfigurations.with("modulith.events"))
			.withUserConfiguration(Entities.class, Serializer.class)
			.withPropertyValues("spring.modulith.events.jdbc.schema-initialization.enabled=true");
		assertThat(generationAfter(modulith)).isEqualTo(2);
		assertThat(generationAfter(modulith)).isEqualTo(2);
		assertThat(generationAfter(modulith.withPropertyValues("spring.modulith.events.completion-mode=ARCHIVE")))
			.as("one more table")
			.isEqualTo(3);
	}

	@ParameterizedTest
	@CsvSource({ "hibernate.ddl-auto=update, 2", "hibernate.ddl-auto=none, 1", "hibernate.ddl-auto=create, 1",
			"hibernate.ddl-auto=create-only, 2", "generate-ddl=true, 2", "generate-ddl=false, 1",
			"properties.hibernate.hbm2ddl.auto=update, 2",
			"properties.jakarta.persistence.schema-generation.database.action=update, 2",
			"properties.jakarta.persistence.schema-generation.database.action=create, 2",
			"properties.jakarta.persistence.schema-generation.database.action=drop-and-create, 1",
			"properties.javax.persistence.schema-generation.database.action=update, 2" })
	void hibernateUpdatesTheSchemaOnFirstReplicaOnce(String property, long generation) {
		ApplicationContextRunner jpa = this.application
			.runner(BootAutoConfigurations.with("boot.hibernate", "boot.jpa", "boot.persistence"))
			.withUserConfiguration(Entities.class)
			.withPropertyValues("spring.jpa." + property);
		this.application.file("sql/V3__create_point.sql", "create table point (id bigint primary key)");
		assertThat(generationAfter(jpa)).isEqualTo(generation);
		assertThat(generationAfter(jpa)).isEqualTo(generation);
	}

	private long generationAfter(ApplicationContextRunner runner) {
		runner.run((context) -> assertThat(context).hasNotFailed());
		return this.application.generation();
	}

	private long generationAfterStart() {
		return this.application.startWell().generation();
	}

	private long points() {
		return this.application.jdbc().queryForObject("select count(*) from point", Long.class);
	}

	private static DataSourceScriptDatabaseInitializer scripts(DataSource dataSource, Runnable before) {
		DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
		settings.setMode(DatabaseInitializationMode.ALWAYS);
		settings.setSchemaLocations(List.of("classpath:db/initializer/V1__create_tariff.sql"));
		return new DataSourceScriptDatabaseInitializer(dataSource, settings) {

			@Override
			protected void runScripts(Scripts scripts) {
				before.run();
				super.runScripts(scripts.continueOnError(true));
			}

		};
	}

	@Configuration(proxyBeanMethods = false)
	static class Scripts {

		@Bean
		DataSourceScriptDatabaseInitializer scripts(DataSource dataSource, Replicas replicas) {
			return DatabaseInitializerTests.scripts(dataSource, replicas::doAlone);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LateScripts {

		@Bean
		@Lazy
		DataSourceScriptDatabaseInitializer late(DataSource dataSource) {
			return DatabaseInitializerTests.scripts(dataSource, () -> {
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CountedScripts {

		@Bean
		AtomicInteger runs() {
			return new AtomicInteger();
		}

		@Bean
		DataSourceScriptDatabaseInitializer counted(DataSource dataSource, AtomicInteger runs) {
			return DatabaseInitializerTests.scripts(dataSource, runs::incrementAndGet);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BackgroundScripts {

		@Bean
		Executor bootstrapExecutor() {
			return new SimpleAsyncTaskExecutor();
		}

		@Bean(bootstrap = Bean.Bootstrap.BACKGROUND)
		@DependsOn("flywayInitializer")
		DataSourceScriptDatabaseInitializer background(DataSource dataSource) {
			Thread starting = Thread.currentThread();
			return DatabaseInitializerTests.scripts(dataSource,
					() -> assertThat(starting.getName()).contains("SimpleAsync"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Jobs {

		@Bean
		JobDetail job(@Value("${job:job}") String name) {
			return JobBuilder.newJob(Job.class).withIdentity(name).storeDurably().build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyBeans {

		@Bean
		static LazyInitializationBeanFactoryPostProcessor lazyBeans() {
			return new LazyInitializationBeanFactoryPostProcessor();
		}

		@Bean
		JdbcTemplate jdbc(DataSource dataSource) {
			return new JdbcTemplate(dataSource);
		}

	}

	/** Stands in for the serializer of Modulith, which needs Jackson. */
	static class Serializer implements BeanDefinitionRegistryPostProcessor {

		@Override
		public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
			registry.registerBeanDefinition("serializer", mocked(
					ClassUtils.resolveClassName("org.springframework.modulith.events.core.EventSerializer", null)));
		}

		private static <T> BeanDefinition mocked(Class<T> type) {
			return new RootBeanDefinition(type, () -> mock(type));
		}

	}

	@AutoConfigurationPackage
	static class Entities {

	}

	@Entity(name = "point")
	static class Point {

		@Id
		Long id;

	}

}
