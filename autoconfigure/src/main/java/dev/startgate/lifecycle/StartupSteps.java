package dev.startgate.lifecycle;

import java.util.Locale;
import java.util.function.Function;

import dev.startgate.GateSnapshot.Step;
import dev.startgate.StepKind;

import org.springframework.core.metrics.ApplicationStartup;
import org.springframework.core.metrics.StartupStep;

/**
 * Makes steps of a start some of Spring's own, as children of whatever bean or phase
 * caused them.
 */
public final class StartupSteps implements Function<Step, Runnable> {

	private static final Runnable NOTHING = () -> {
	};

	private final ApplicationStartup startup;

	public StartupSteps(ApplicationStartup startup) {
		this.startup = startup;
	}

	/**
	 * Conditions settle side by side, where Spring knows only one step within another:
	 * they are left to the step around them.
	 */
	@Override
	public Runnable apply(Step step) {
		if (step.kind() == StepKind.SETTLE && !step.subject().isEmpty()) {
			return NOTHING;
		}
		StartupStep one = this.startup.start("startgate." + step.kind().name().toLowerCase(Locale.ROOT))
			.tag("step", step.name());
		return one::end;
	}

}
