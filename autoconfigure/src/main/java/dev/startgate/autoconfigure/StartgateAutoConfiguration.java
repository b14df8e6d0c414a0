package dev.startgate.autoconfigure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import javax.sql.DataSource;

import dev.startgate.autoconfigure.StartgateProperties.OnFailure;
import dev.startgate.autoconfigure.StartgateProperties.Takeover;
import dev.startgate.gate.CompletedMigrations;
import dev.startgate.gate.Connecting;
import dev.startgate.gate.CriticalSection;
import dev.startgate.gate.Gate;
import dev.startgate.gate.InterruptiblePause;
import dev.startgate.gate.LockSource;
import dev.startgate.gate.MendableSection;
import dev.startgate.gate.Pause;
import dev.startgate.gate.Threads;
import dev.startgate.gate.Time;
import dev.startgate.lifecycle.Conditions;
import dev.startgate.lifecycle.GateLifecycle;
import dev.startgate.lifecycle.StartSequence;
import dev.startgate.lock.JdbcLockSource;
import dev.startgate.lock.LockSettings;
import dev.startgate.metadata.MetadataHome;
import dev.startgate.metadata.PoolRefresh;
import dev.startgate.metadata.SettleSettings;
import dev.startgate.metadata.Settling;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
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
	Time startgateTime() {
		return Time.system();
	}

	@Bean
	Threads startgateThreads() {
		return new Threads();
	}

	@Bean(destroyMethod = "close")
	Gate startgateGate(Environment environment, Time time) {
		return new Gate(ReplicaName.of(environment), time);
	}

	@Bean
	Pause startgatePause(Threads threads) {
		return new InterruptiblePause(threads.timers());
	}

	@Bean
	MendableSection startgateSection(StartgateProperties properties, Gate gate, Time time, Pause pause,
			BeanFactory beanFactory, Environment environment) {
		Connecting connecting = new Connecting(gate, time, pause, properties.database().maxWait());
		CriticalSection section = new CriticalSection(gate, time, pause, connecting, properties.lock().maxWait());
		return new MendableSection(section, gate, connecting, pause, description(properties, beanFactory, environment));
	}

	private static @Nullable FailureDescription description(StartgateProperties properties, BeanFactory beanFactory,
			Environment environment) {
		return (properties.onFailure() == OnFailure.STAY_DOWN) ? new FailureDescription(beanFactory, environment)
				: null;
	}

	@Bean
	LockSource startgateLockSource(StartgateProperties properties, Gate gate, Time time, Pause pause, Threads threads) {
		LockSettings settings = new LockSettings(gate.snapshot().replica(), properties.lock().lease(),
				properties.lock().name(), properties.tables().prefix(), properties.tables().schema(),
				properties.tables().create(), properties.lock().takeover() == Takeover.TERMINATE);
		return new JdbcLockSource(settings, time, pause, threads);
	}

	@Bean
	Settling startgateSettling(StartgateProperties properties, Gate gate, Time time, Threads threads,
			BeanFactory beanFactory, Environment environment) {
		StartgateProperties.Metadata metadata = properties.metadata();
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
	Conditions startgateConditions(StartgateProperties properties, ListableBeanFactory beanFactory) {
		return new Conditions(beanFactory, () -> beanFactory.getBean(MetadataHome.class).target(),
				new ConfiguredConditions(properties.metadata(), beanFactory));
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
	GateLifecycle startgateLifecycle(ApplicationContext context, Gate gate, MendableSection section, LockSource locks,
			MetadataHome metadata, Settling settling, CompletedMigrations completed, Conditions conditions) {
		return new GateLifecycle(
				new StartSequence(context, gate, section, locks, metadata, settling, completed, conditions));
	}

}
