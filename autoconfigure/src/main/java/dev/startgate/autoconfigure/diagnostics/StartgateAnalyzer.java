package dev.startgate.autoconfigure.diagnostics;

import java.util.Objects;
import java.util.stream.Stream;

import dev.startgate.coordination.WorkRunner;
import dev.startgate.flyway.FlywayCoordinator;
import dev.startgate.gate.MessageSanitizer;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.annotation.Order;

/**
 * Speaks before Spring Boot's own analyzers, in whatever order the class path has them.
 * An analyzer of an application that has an order below 0 speaks first.
 *
 * @param <T> the failure that is analyzed
 */
@Order(0)
abstract class StartgateAnalyzer<T extends Throwable> extends AbstractFailureAnalyzer<T> {

	/**
	 * What others have said may contain credentials.
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
	 * coordinates, and not from a Flyway of somebody else, from one that runs once the
	 * gate is open, or from an application that has Startgate switched off.
	 * @param failure what Flyway has thrown
	 */
	static boolean isCoordinated(Throwable failure) {
		return isThrownBelow(failure, FlywayCoordinator.class) && isThrownBelow(failure, WorkRunner.class);
	}

	private static boolean isThrownBelow(Throwable failure, Class<?> caller) {
		return isThrownBelow(failure, caller.getPackageName() + ".");
	}

	/**
	 * Return whether a failure, or one of its causes, was thrown by what code with that
	 * beginning of its name has called.
	 */
	static boolean isThrownBelow(Throwable failure, String caller) {
		return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
			.flatMap((cause) -> Stream.of(cause.getStackTrace()))
			.anyMatch((frame) -> (frame.getClassName() + "." + frame.getMethodName()).startsWith(caller));
	}

}
