package dev.startgate.autoconfigure.diagnostics;

import java.sql.SQLException;
import java.util.List;

import dev.startgate.autoconfigure.Timing;
import dev.startgate.sql.DatabaseCondition;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/**
 * Analyzes a bean that asked for a table, a column or a schema that is missing because
 * migrations run after the web server has started.
 */
class MissingSchemaFailureAnalyzer extends StartgateAnalyzer<BeanCreationException> {

	private static final List<String> AFTER_BEANS = List.of(
			"org.springframework.context.support.AbstractApplicationContext.finishRefresh",
			"org.springframework.boot.SpringApplication.callRunners");

	private final Environment environment;

	MissingSchemaFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BeanCreationException cause) {
		SQLException missing = findCause(cause, SQLException.class);
		if (missing == null || !DatabaseCondition.MISSING_OBJECT.isMeantBy(missing) || !migrationsComeLater(cause)) {
			return null;
		}
		String bean = innermost(cause).getBeanName();
		return new FailureAnalysis(
				"Bean '%s' asked the database while it was created: %s. With 'startgate.timing=after-web-server' migrations run after all beans are created."
					.formatted(bean, missing.getMessage()),
				"If a migration creates what is missing, let '%s' ask later, in an ApplicationRunner or when it hears the GateOpenedEvent, or let migrations run before it is created: 'startgate.timing=before-beans'."
					.formatted(bean),
				cause);
	}

	/**
	 * Return whether migrations run after the bean is created. They do not if a lifecycle
	 * bean or a runner creates it after all others.
	 */
	private boolean migrationsComeLater(Throwable failure) {
		return this.environment.getProperty("startgate.enabled", Boolean.class, true)
				&& Binder.get(this.environment)
					.bind("startgate.timing", Timing.class)
					.orElse(null) == Timing.AFTER_WEB_SERVER
				&& AFTER_BEANS.stream().noneMatch((caller) -> isThrownBelow(failure, caller));
	}

	private static BeanCreationException innermost(BeanCreationException failure) {
		BeanCreationException innermost = failure;
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof BeanCreationException creation && creation.getBeanName() != null) {
				innermost = creation;
			}
		}
		return innermost;
	}

}
