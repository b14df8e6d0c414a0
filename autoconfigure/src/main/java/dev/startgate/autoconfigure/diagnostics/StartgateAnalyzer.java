package dev.startgate.autoconfigure.diagnostics;

import java.util.stream.Stream;

import dev.startgate.coordination.WorkRunner;
import dev.startgate.flyway.FlywayCoordinator;
import dev.startgate.gate.MessageSanitizer;
import dev.startgate.sql.Causes;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.annotation.Order;

/**
 * Comes before Spring Boot's own analyzers, whatever the order of the class path is. An
 * analyzer of the application comes first if its order is below 0.
 *
 * @param <T> the failure that is analyzed
 */
@Order(0)
abstract class StartgateAnalyzer<T extends Throwable> extends AbstractFailureAnalyzer<T> {

	/**
	 * Hide credentials, which messages of other libraries may contain.
	 */
	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		FailureAnalysis analysis = super.analyze(failure);
		return (analysis != null) ? new FailureAnalysis(hidden(analysis.getDescription()), hidden(analysis.getAction()),
				analysis.getCause()) : null;
	}

	private static @Nullable String hidden(@Nullable String text) {
		return (text != null) ? MessageSanitizer.hideCredentials(text) : null;
	}

	/**
	 * Return whether a failure of Flyway comes from a migration that Startgate
	 * coordinates. Failures of an uncoordinated Flyway, of one that runs once the gate is
	 * open, or of an application that has Startgate switched off do not count.
	 * @param failure what Flyway has thrown
	 */
	static boolean isCoordinated(Throwable failure) {
		return isThrownBelow(failure, FlywayCoordinator.class) && isThrownBelow(failure, WorkRunner.class);
	}

	private static boolean isThrownBelow(Throwable failure, Class<?> caller) {
		return isThrownBelow(failure, caller.getPackageName() + ".");
	}

	/**
	 * Return whether the stack trace of a failure, or of one of its causes, contains a
	 * method whose qualified name begins with the given text.
	 */
	static boolean isThrownBelow(Throwable failure, String caller) {
		return Causes.of(failure)
			.flatMap((cause) -> Stream.of(cause.getStackTrace()))
			.anyMatch((frame) -> (frame.getClassName() + "." + frame.getMethodName()).startsWith(caller));
	}

}
