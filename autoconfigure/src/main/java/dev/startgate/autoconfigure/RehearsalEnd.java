package dev.startgate.autoconfigure;

import dev.startgate.MetadataSource;
import dev.startgate.MetadataSource.Phase;
import dev.startgate.MigrationCoordinator;
import dev.startgate.lifecycle.ProcessExit;
import org.flywaydb.core.Flyway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Rehearses the other Flyways after the first one, and ends the process. Beans that need
 * the new schema can't be created, because the rehearsal was rolled back.
 */
final class RehearsalEnd implements Runnable {

	static final String DONE = "The rehearsal is over, and was rolled back";

	private static final Logger logger = LoggerFactory.getLogger(RehearsalEnd.class);

	private final ConfigurableApplicationContext context;

	RehearsalEnd(ConfigurableApplicationContext context) {
		this.context = context;
	}

	@Override
	public void run() {
		ConfigurableListableBeanFactory beans = this.context.getBeanFactory();
		MigrationCoordinator coordinator = beans.getBean(MigrationCoordinator.class);
		for (String name : beans.getBeanNamesForType(Flyway.class, true, false)) {
			if (!beans.isCurrentlyInCreation(name)) {
				coordinator.migrate(beans.getBean(name, Flyway.class));
			}
		}
		for (String name : beans.getBeanNamesForType(MetadataSource.class, true, false)) {
			if (!ScopedProxyUtils.isScopedTarget(name) && (!(beans.getSingleton(name) instanceof MetadataSource source)
					|| source.phase() == Phase.AFTER_MIGRATIONS)) {
				logger.warn("Not rehearsed: the metadata of bean '{}', because it comes after the migrations", name);
			}
		}
		logger.info("{}. This replica ends with exit code 0", DONE);
		ProcessExit.now(this.context, 0);
	}

}
