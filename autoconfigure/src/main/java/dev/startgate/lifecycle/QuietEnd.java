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
 * Lets one line be the end of the log of a start that was asked to end. Connections are
 * taken away from Flyway and its pool then, and Spring reports the start as failed: what
 * they log of it, with stack traces, says nothing more. And the log is kept open until
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
			// run before the one that ends the log, which was added before
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
			// then the log has more than that line
		}
	}

	/**
	 * Also those within it that were given a level.
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
			// the JVM is ending, and runs it
		}
	}

}
