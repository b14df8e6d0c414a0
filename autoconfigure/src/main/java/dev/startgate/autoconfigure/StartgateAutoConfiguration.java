package dev.startgate.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

import javax.sql.DataSource;

import dev.startgate.autoconfigure.StartgateProperties.OnFailure;
import dev.startgate.autoconfigure.StartgateProperties.Takeover;
import dev.startgate.gate.CompletedMigrations;
import dev.startgate.gate.Connecting;
import dev.startgate.gate.CriticalSection;
import dev.startgate.gate.DeferredMigrations;
import dev.startgate.gate.FollowingSection;
import dev.startgate.gate.Gate;
import dev.startgate.gate.GateListener;
import dev.startgate.gate.InterruptiblePause;
import dev.startgate.gate.LockSource;
import dev.startgate.gate.LongStateLog;
import dev.startgate.gate.LookingSection;
import dev.startgate.gate.MendableSection;
import dev.startgate.gate.Pause;
import dev.startgate.gate.Section;
import dev.startgate.gate.ShownLease;
import dev.startgate.gate.Threads;
import dev.startgate.gate.Time;
import dev.startgate.lifecycle.Conditions;
import dev.startgate.lifecycle.Deferral;
import dev.startgate.lifecycle.ExitLifecycle;
import dev.startgate.lifecycle.GateLifecycle;
import dev.startgate.lifecycle.Liveness;
import dev.startgate.lifecycle.ProcessEnd;
import dev.startgate.lifecycle.QuietEnd;
import dev.startgate.lifecycle.StartSequence;
import dev.startgate.lifecycle.StartupSteps;
import dev.startgate.lock.JdbcLockSource;
import dev.startgate.lock.LockSettings;
import dev.startgate.metadata.MetadataHome;
import dev.startgate.metadata.PoolRefresh;
import dev.startgate.metadata.SettleSettings;
import dev.startgate.metadata.Settling;
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
	Threads startgateThreads() {
		return new Threads();
	}

	@Bean(destroyMethod = "close")
	Gate startgateGate(Environment environment, Time time, ConfigurableApplicationContext context) {
		Gate gate = new Gate(ReplicaName.of(environment), time);
		gate.addListener(new StartupSteps(context.getApplicationStartup()));
		return gate;
	}

	@Bean
	Pause startgatePause(Threads threads) {
		return new InterruptiblePause(threads.timers());
	}

	@Bean
	QuietEnd startgateQuietEnd(Gate gate, ObjectProvider<LoggingSystem> logging, ApplicationContext context) {
		return new QuietEnd(gate, logging.getIfUnique(), context);
	}

	/**
	 * Listeners of the gate have to be there before the first work, and names are checked
	 * before it.
	 */
	@Bean
	Section startgateSection(StartgateProperties properties, Threads threads, Gate gate, Time time, Pause pause,
			BeanFactory beanFactory, Environment environment, ObjectProvider<GateListener> listeners,
			ObjectProvider<Deferral> deferral, QuietEnd quietEnd) {
		deferral.ifAvailable(Deferral::checkNames);
		listeners.orderedStream().forEach(gate::addListener);
		gate.addListener(new LongStateLog(gate, time, threads.timers()));
		Duration timeout = properties.exit().timeout();
		if (properties.mode() == Mode.MIGRATE_AND_EXIT && timeout != null) {
			ProcessEnd.after(timeout, threads.timers(), "'startgate.exit.timeout'");
		}
		Connecting connecting = new Connecting(gate, time, pause, properties.database().maxWait());
		return switch (properties.mode()) {
			case WAIT -> new FollowingSection(gate, time, pause, properties.lock().maxWait());
			case VERIFY -> new LookingSection(gate, connecting);
			case MIGRATE,
					MIGRATE_AND_EXIT ->
				new MendableSection(
						new CriticalSection(gate, time, pause, connecting, properties.lock().maxWait(),
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
	LockSource startgateLockSource(StartgateProperties properties, Gate gate, Time time, Pause pause, Threads threads) {
		LockSettings settings = new LockSettings(gate.snapshot().replica(), properties.lock().lease(),
				properties.lock().name(), properties.tables().prefix(), properties.tables().schema(),
				properties.tables().create(), properties.lock().takeover() == Takeover.TERMINATE,
				properties.mode() == Mode.WAIT || properties.mode() == Mode.VERIFY);
		return new JdbcLockSource(settings, time, pause, threads, new ShownLease(gate));
	}

	@Bean
	Settling startgateSettling(StartgateProperties properties, Gate gate, Time time, Threads threads,
			BeanFactory beanFactory, Environment environment) {
		MetadataProperties metadata = properties.metadata();
		return new Settling(
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
				() -> SchemaNeeds.check(environment, beanFactory));
	}

	@Bean
	Conditions startgateConditions(StartgateProperties properties, ListableBeanFactory beanFactory) {
		ConfiguredConditions configured = new ConfiguredConditions(properties.metadata(), beanFactory);
		configured.checkNames();
		return new Conditions(beanFactory, () -> beanFactory.getBean(MetadataHome.class).target(), configured);
	}

	@Bean
	MetadataHome startgateMetadataHome(StartgateProperties properties, LockSource locks, Gate gate, Settling settling,
			Conditions conditions) {
		return new MetadataHome(locks, gate, settling, properties.metadata().applyOlder(), conditions::available);
	}

	@Bean
	PoolRefresh startgatePoolRefresh(ConfigurableListableBeanFactory beanFactory) {
		return new PoolRefresh(() -> createdDataSources(beanFactory));
	}

	/**
	 * A data source that was not created yet has no connections to retire.
	 */
	private static Collection<DataSource> createdDataSources(ConfigurableListableBeanFactory beanFactory) {
		List<DataSource> created = new ArrayList<>();
		for (String name : beanFactory.getBeanNamesForType(DataSource.class, false, false)) {
			if (beanFactory.getSingleton(name) instanceof DataSource dataSource) {
				created.add(dataSource);
			}
		}
		return created;
	}

	@Bean
	StartSequence startgateSequence(ApplicationContext context, Gate gate, Section section, LockSource locks,
			MetadataHome metadata, Settling settling, DeferredMigrations deferred, CompletedMigrations completed,
			Conditions conditions, Environment environment) {
		return new StartSequence(context, gate, section, locks, metadata, settling, deferred, completed, conditions,
				new FailureDescription(context, environment));
	}

	@Bean
	Liveness startgateLiveness(ApplicationContext context) {
		return new Liveness(context);
	}

	@Bean
	GateLifecycle startgateLifecycle(StartSequence sequence) {
		return new GateLifecycle(sequence);
	}

	@Bean
	ExitLifecycle startgateExitLifecycle(StartSequence sequence, StartgateProperties properties,
			ConfigurableApplicationContext context) {
		return new ExitLifecycle(sequence, properties.mode() == Mode.MIGRATE_AND_EXIT,
				(code) -> ProcessEnd.now(context, code));
	}

}
