package dev.startgate.lifecycle;

import java.util.List;

import dev.startgate.gate.Gate;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.ApplicationContext;

/**
 * Makes one line the last one in the log when a start is asked to end. Flyway and its
 * pool lose their connections then, and Spring reports the start as failed. Their
 * messages and stack traces add nothing, so they are silenced. The log is kept open until
 * that line is there.
 */
public final class QuietEnd implements DisposableBean {

	private static final List<String> LOGGERS = List.of("org.flywaydb", "com.zaxxer.hikari", "org.mariadb.jdbc",
			"org.springframework.boot.diagnostics.LoggingFailureAnalysisReporter",
			"org.springframework.boot.autoconfigure.logging.ConditionEvaluationReportLogger");

	private final @Nullable LoggingSystem logging;

	private final String context;

	private final Runnable hold;

	/**
	 * Create a new object.
	 * @param gate the gate whose start may be asked to end
	 * @param logging the log, if it is one of Spring Boot's
	 * @param context the context, which warns that its start has failed
	 */
	public QuietEnd(Gate gate, @Nullable LoggingSystem logging, ApplicationContext context) {
		this.logging = logging;
		this.context = context.getClass().getName();
		this.hold = gate.hooks()::awaitStopped;
		gate.hooks().onStop(this::silence);
		try {
			// Spring Boot runs this before the handler that ends the log, which was added
			// earlier
			SpringApplication.getShutdownHandlers().add(this.hold);
		}
		catch (IllegalStateException ex) {
			// the JVM is ending already
		}
	}

	private void silence() {
		LoggingSystem system = this.logging;
		if (system == null) {
			return;
		}
		try {
			LOGGERS.forEach((name) -> silence(system, name));
			silence(system, this.context);
		}
		catch (UnsupportedOperationException ex) {
			// this logging system can't set levels: the log has more than that line
		}
	}

	/**
	 * Silence a logger, and those below it that have a level of their own.
	 */
	private static void silence(LoggingSystem system, String name) {
		system.setLogLevel(name, LogLevel.OFF);
		system.getLoggerConfigurations()
			.stream()
			.filter((logger) -> logger.getName().startsWith(name + ".") && logger.getConfiguredLevel() != null)
			.forEach((logger) -> system.setLogLevel(logger.getName(), LogLevel.OFF));
	}

	@Override
	public void destroy() {
		try {
			SpringApplication.getShutdownHandlers().remove(this.hold);
		}
		catch (IllegalStateException ex) {
			// the JVM is ending already, and runs the handler
		}
	}

}
