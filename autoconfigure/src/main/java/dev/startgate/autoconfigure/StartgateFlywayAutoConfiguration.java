package dev.startgate.autoconfigure;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import javax.sql.DataSource;

import dev.startgate.autoconfigure.StartgateProperties.Initializers;
import dev.startgate.autoconfigure.StartgateProperties.Metadata;
import dev.startgate.coordination.DeferredMigrations;
import dev.startgate.coordination.LockFactory;
import dev.startgate.coordination.MigrationCheck;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.coordination.WorkRunner;
import dev.startgate.flyway.BuildOrder;
import dev.startgate.flyway.DataMigrationBeans;
import dev.startgate.flyway.DataMigrations;
import dev.startgate.flyway.FlywayBeanPostProcessor;
import dev.startgate.flyway.FlywayCoordinator;
import dev.startgate.flyway.FlywayRuns;
import dev.startgate.flyway.ForeignLockWait;
import dev.startgate.flyway.PreconditionFiles;
import dev.startgate.flyway.Preconditions;
import dev.startgate.flyway.SchemaWatch;
import dev.startgate.flyway.UnattendedFlyways;
import dev.startgate.gate.CompletedMigrations;
import dev.startgate.gate.Gate;
import dev.startgate.gate.Pause;
import dev.startgate.gate.StartExecutors;
import dev.startgate.gate.Time;
import dev.startgate.initializer.DatabaseInitializers;
import dev.startgate.initializer.InitializerBeanPostProcessor;
import dev.startgate.lifecycle.ContributedConditions;
import dev.startgate.metadata.MetadataLocation;
import dev.startgate.metadata.PoolRefresh;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration that puts Flyway under the lock.
 */
@AutoConfiguration(after = StartgateAutoConfiguration.class)
@ConditionalOnClass(Flyway.class)
@ConditionalOnBooleanProperty(name = "startgate.enabled", matchIfMissing = true)
public final class StartgateFlywayAutoConfiguration {

	@Bean
	static FlywayBeanPostProcessor startgateFlywayBeanPostProcessor() {
		return new FlywayBeanPostProcessor();
	}

	@Bean
	static BeanPostProcessor startgateUsualFlywayBeanPostProcessor(FlywayBeanPostProcessor first) {
		return first.inUsualOrder();
	}

	@Bean
	static DataMigrationBeans startgateDataMigrationBeans() {
		return new DataMigrationBeans();
	}

	@Bean
	FlywayCoordinator startgateMigrationCoordinator(Gate gate, WorkRunner section, LockFactory locks,
			CompletedMigrations completed, MetadataLocation metadata, DeferredMigrations deferred,
			ContributedConditions conditions, DataMigrations data, FlywayRuns runs, SchemaWatch watch,
			PreconditionFiles files) {
		return new FlywayCoordinator(gate, section, locks, completed, metadata, deferred,
				new Preconditions(conditions::preconditions, locks, files), data, runs, watch);
	}

	@Bean
	static InitializerBeanPostProcessor startgateInitializerBeanPostProcessor() {
		return new InitializerBeanPostProcessor();
	}

	@Bean
	DatabaseInitializers startgateDatabaseInitializers(StartgateProperties properties, Gate gate, WorkRunner section,
			LockFactory locks, CompletedMigrations completed, FlywayCoordinator coordinator,
			ApplicationContext context) {
		return new DatabaseInitializers(isCoordinated(properties.initializers(), properties.mode()), gate, section,
				locks, completed,
				(dataSource) -> coordinator.schemaIn(dataSource).or(() -> schemaIn(dataSource, context.getParent())));
	}

	private static boolean isCoordinated(Initializers initializers, Mode mode) {
		return initializers == Initializers.ONE_AT_A_TIME && mode.migrates();
	}

	/**
	 * Look in the parents, too, because a parent may migrate a schema that a child
	 * initializes.
	 */
	private static Optional<ProtectedSchema> schemaIn(DataSource dataSource, @Nullable ApplicationContext context) {
		return (context == null) ? Optional.empty()
				: context.getBeanProvider(FlywayCoordinator.class)
					.stream()
					.findFirst()
					.flatMap((coordinator) -> coordinator.schemaIn(dataSource))
					.or(() -> schemaIn(dataSource, context.getParent()));
	}

	@Bean
	MigrationCheck startgateMigrationCheck(StartgateProperties properties, Gate gate, FlywayCoordinator coordinator,
			ConfigurableListableBeanFactory beanFactory, Environment environment) {
		return new MigrationAttendance(properties.mode(), gate, new UnattendedFlyways(coordinator, beanFactory),
				beanFactory, environment);
	}

	@Bean
	FlywayRuns startgateFlywayRuns(StartgateProperties properties, Gate gate, Time time, Pause pause, LockFactory locks,
			StartExecutors threads, Environment environment, ConfigurableApplicationContext context,
			ObjectProvider<BuildProperties> build) {
		return new FlywayRuns(gate, time, pause, properties.retry().retries(), locks,
				new ForeignLockWait(locks, gate, time, pause),
				properties.mode() != Mode.WAIT && properties.mode() != Mode.VERIFY, properties.onInterrupted(),
				properties.repeatable().applyOlder(),
				BuildOrder.of(properties.repeatable().buildNumber(),
						build.stream().findFirst().map(BuildProperties::getTime).orElse(null)),
				environment.getProperty("spring.flyway.postgresql.transactional-lock", Boolean.class, false),
				properties.ddl().patience(), threads,
				(properties.mode() == Mode.REHEARSE) ? new RehearsalEnd(context) : null);
	}

	@Bean
	DataMigrations startgateDataMigrations(StartgateProperties startgate, DataMigrationBeans beans, LockFactory locks,
			ApplicationContext context, PreconditionFiles schema) {
		StartgateProperties.DataMigrations properties = startgate.dataMigrations();
		PropertyChecks.areThere("startgate.data-migrations.locations", properties.locations(), List.of(), context);
		PreconditionFiles files = preconditions("startgate.data-migrations.preconditions", properties.preconditions(),
				StartgateProperties.DataMigrations.DEFAULTS.preconditions(), context);
		return new DataMigrations(properties.locations(), properties.table(),
				Preconditions.ofData(locks, files, schema), beans.areThere(), beans::create, beans::isFor);
	}

	@Bean
	PreconditionFiles startgatePreconditionFiles(StartgateProperties properties, ApplicationContext context) {
		return preconditions("startgate.preconditions.locations", properties.preconditions().locations(),
				StartgateProperties.Preconditions.DEFAULTS.locations(), context);
	}

	private static PreconditionFiles preconditions(String property, List<String> locations, List<String> defaults,
			ApplicationContext context) {
		PropertyChecks.areThere(property, locations, defaults, context);
		return new PreconditionFiles(property, locations, context);
	}

	@Bean
	SchemaWatch startgateSchemaWatch(StartgateProperties properties, Gate gate, StartExecutors threads,
			PoolRefresh pools, ApplicationContext context) {
		Metadata metadata = properties.metadata();
		return new SchemaWatch(gate, threads, Instant.ofEpochMilli(context.getStartupDate()),
				metadata.watchSchema() ? metadata.watchInterval() : null, metadata.maxSchemaVersion(), pools, context);
	}

	/**
	 * Excludes beans that migrate from lazy initialization, because they must migrate
	 * before the gate opens. Excludes scripts, too, if Startgate coordinates them.
	 */
	@Bean
	static LazyInitializationExcludeFilter startgateLazyInitializationExcludeFilter(Environment environment) {
		return (name, definition, type) -> FlywayBeanPostProcessor.isMigrating(type)
				|| (InitializerBeanPostProcessor.runsScripts(type) && isCoordinated(environment));
	}

	/**
	 * Ask the environment, because the properties are not bound yet.
	 */
	private static boolean isCoordinated(Environment environment) {
		Binder binder = Binder.get(environment);
		return isCoordinated(
				binder.bind("startgate.initializers", Initializers.class).orElseGet(() -> Initializers.ONE_AT_A_TIME),
				binder.bind("startgate.mode", Mode.class).orElseGet(() -> Mode.MIGRATE));
	}

}
