package dev.startgate.autoconfigure;

import java.time.Duration;
import java.util.function.Function;

import javax.sql.DataSource;

import dev.startgate.autoconfigure.StartgateProperties.Metadata;
import dev.startgate.autoconfigure.StartgateProperties.OnFailure;
import dev.startgate.autoconfigure.StartgateProperties.Takeover;
import dev.startgate.coordination.DatabaseRetry;
import dev.startgate.coordination.DeferredMigrations;
import dev.startgate.coordination.LockFactory;
import dev.startgate.coordination.LockedWorkRunner;
import dev.startgate.coordination.MigrationCheck;
import dev.startgate.coordination.RehearsingWorkRunner;
import dev.startgate.coordination.StayDownWorkRunner;
import dev.startgate.coordination.VerifyingWorkRunner;
import dev.startgate.coordination.WaitingWorkRunner;
import dev.startgate.coordination.WorkRunner;
import dev.startgate.gate.CompletedMigrations;
import dev.startgate.gate.Gate;
import dev.startgate.gate.GateListener;
import dev.startgate.gate.InterruptiblePause;
import dev.startgate.gate.LongStateLog;
import dev.startgate.gate.Pause;
import dev.startgate.gate.ShownLease;
import dev.startgate.gate.StartExecutors;
import dev.startgate.gate.Time;
import dev.startgate.lifecycle.ContributedConditions;
import dev.startgate.lifecycle.Deferral;
import dev.startgate.lifecycle.EarlyLiveness;
import dev.startgate.lifecycle.ExitLifecycle;
import dev.startgate.lifecycle.GateLifecycle;
import dev.startgate.lifecycle.ProcessExit;
import dev.startgate.lifecycle.QuietEnd;
import dev.startgate.lifecycle.StartSequence;
import dev.startgate.lifecycle.StartupSteps;
import dev.startgate.lock.JdbcLockFactory;
import dev.startgate.lock.LockSettings;
import dev.startgate.metadata.MetadataLocation;
import dev.startgate.metadata.PoolRefresh;
import dev.startgate.metadata.SettleSettings;
import dev.startgate.metadata.SettleWait;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for the gate itself, with or without a database.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "startgate.enabled", matchIfMissing = true)
@EnableConfigurationProperties(StartgateProperties.class)
public final class StartgateAutoConfiguration {

	@Bean
	static UnitRequired startgateUnitRequired() {
		return new UnitRequired();
	}

	@Bean
	Time startgateTime() {
		return Time.system();
	}

	@Bean
	StartExecutors startgateThreads() {
		return new StartExecutors();
	}

	@Bean(destroyMethod = "close")
	Gate startgateGate(Environment environment, Time time, ConfigurableApplicationContext context) {
		Gate gate = new Gate(ReplicaName.of(environment), time);
		gate.onStep(new StartupSteps(context.getApplicationStartup()));
		return gate;
	}

	@Bean
	Pause startgatePause(StartExecutors threads, Time time) {
		return new InterruptiblePause(threads, time);
	}

	@Bean
	QuietEnd startgateQuietEnd(Gate gate, ObjectProvider<LoggingSystem> logging, ApplicationContext context) {
		return new QuietEnd(gate, logging.getIfUnique(), context);
	}

	/**
	 * Adds the listeners of the gate and checks names, because both must be done before
	 * the first work.
	 */
	@Bean
	WorkRunner startgateSection(StartgateProperties properties, StartExecutors threads, Gate gate, Time time,
			Pause pause, BeanFactory beanFactory, Environment environment, ObjectProvider<GateListener> listeners,
			ObjectProvider<Deferral> deferral, QuietEnd quietEnd) {
		if (!properties.enabled()) {
			throw new RefusedStartException(
					"This application was processed ahead of time with Startgate switched on, "
							+ "so that 'startgate.enabled=false' has no effect",
					"Leave out 'startgate.enabled', or set it when the application is processed.");
		}
		deferral.ifAvailable(Deferral::checkNames);
		listeners.orderedStream().forEach(gate::addListener);
		gate.addListener(new LongStateLog(gate, time, threads.timers()));
		Duration timeout = properties.exit().timeout();
		if (properties.mode().exits() && timeout != null) {
			ProcessExit.after(timeout, threads.timers(), "'startgate.exit.timeout'");
		}
		DatabaseRetry connecting = new DatabaseRetry(gate, time, pause, properties.database().maxWait());
		return switch (properties.mode()) {
			case WAIT -> new WaitingWorkRunner(gate, time, pause, properties.lock().maxWait());
			case VERIFY -> new VerifyingWorkRunner(gate, connecting);
			case REHEARSE -> new RehearsingWorkRunner(gate, connecting);
			case MIGRATE,
					MIGRATE_AND_EXIT ->
				new StayDownWorkRunner(
						new LockedWorkRunner(gate, time, pause, connecting, properties.lock().maxWait(),
								properties.retry().retries()),
						gate, time, connecting, pause, description(properties, beanFactory, environment));
		};
	}

	private static @Nullable Function<RuntimeException, String> description(StartgateProperties properties,
			BeanFactory beanFactory, Environment environment) {
		return (properties.onFailure() == OnFailure.STAY_DOWN) ? new FailureDescription(beanFactory, environment)::apply
				: null;
	}

	@Bean
	LockFactory startgateLockSource(StartgateProperties properties, Gate gate, Time time, Pause pause,
			StartExecutors threads) {
		LockSettings settings = new LockSettings(gate.snapshot().replica(), properties.lock().lease(),
				properties.lock().name(), properties.tables().prefix(), properties.tables().schema(),
				properties.tables().create(), properties.lock().takeover() == Takeover.TERMINATE,
				!properties.mode().migrates());
		return new JdbcLockFactory(settings, time, pause, threads, new ShownLease(gate));
	}

	@Bean
	SettleWait startgateSettling(StartgateProperties properties, Gate gate, Time time, StartExecutors threads,
			BeanFactory beanFactory, Environment environment) {
		Metadata metadata = properties.metadata();
		return new SettleWait(
				gate, time, threads, new SettleSettings(metadata.timeout(), metadata.pollInterval(),
						metadata.stableFor(), metadata.answerTimeout()),
				description(properties, beanFactory, environment));
	}

	@Bean
	CompletedMigrations startgateCompletedMigrations() {
		return new CompletedMigrations();
	}

	@Bean
	DeferredMigrations startgateDeferredMigrations(StartgateProperties properties, Environment environment,
			ListableBeanFactory beanFactory) {
		return new DeferredMigrations(properties.timing() == Timing.AFTER_WEB_SERVER,
				() -> EagerSchemaAccess.check(environment, beanFactory));
	}

	@Bean
	ContributedConditions startgateConditions(StartgateProperties properties,
			ConfigurableListableBeanFactory beanFactory) {
		ConfiguredConditions configured = new ConfiguredConditions(properties.metadata(), beanFactory);
		configured.checkNames();
		return new ContributedConditions(beanFactory, () -> beanFactory.getBean(MetadataLocation.class).target(),
				configured);
	}

	@Bean
	MetadataLocation startgateMetadataHome(StartgateProperties properties, LockFactory locks, Gate gate,
			SettleWait settling, ContributedConditions conditions, ApplicationContext context) {
		return new MetadataLocation(locks, gate, settling, properties.metadata().applyOlder(), conditions::available,
				parentWithTheSameDatabase(context));
	}

	private static @Nullable MetadataLocation parentWithTheSameDatabase(ApplicationContext context) {
		ApplicationContext parent = context.getParent();
		return (parent == null || context.getBeanNamesForType(DataSource.class, true, false).length > 0) ? null
				: parent.getBeanProvider(MetadataLocation.class).getIfAvailable();
	}

	@Bean
	PoolRefresh startgatePoolRefresh(ConfigurableListableBeanFactory beanFactory) {
		return new PoolRefresh(new CreatedDataSources(beanFactory));
	}

	@Bean
	StartSequence startgateSequence(ApplicationContext context, Gate gate, WorkRunner section, LockFactory locks,
			MetadataLocation metadata, SettleWait settling, DeferredMigrations deferred, CompletedMigrations completed,
			ContributedConditions conditions, ObjectProvider<MigrationCheck> check, Environment environment) {
		return new StartSequence(context, gate, section, locks, metadata, settling, deferred, completed, conditions,
				check.getIfAvailable(() -> () -> {
				}), new FailureDescription(context, environment));
	}

	@Bean
	EarlyLiveness startgateLiveness(ApplicationContext context) {
		return new EarlyLiveness(context);
	}

	@Bean
	GateLifecycle startgateLifecycle(StartSequence sequence) {
		return new GateLifecycle(sequence);
	}

	@Bean
	ExitLifecycle startgateExitLifecycle(StartSequence sequence, StartgateProperties properties,
			ConfigurableApplicationContext context) {
		String done = (properties.mode() == Mode.REHEARSE) ? RehearsalEnd.DONE : "Nothing is left to migrate";
		return new ExitLifecycle(sequence, properties.mode().exits() ? done : null,
				(code) -> ProcessExit.now(context, code));
	}

}
