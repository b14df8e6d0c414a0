package dev.startgate.lifecycle;

import java.util.Locale;
import java.util.function.Function;

import dev.startgate.GateSnapshot.Step;
import dev.startgate.StepKind;

import org.springframework.core.metrics.ApplicationStartup;
import org.springframework.core.metrics.StartupStep;

/**
 * Adds the steps of a start to Spring's own, as children of the bean or phase that caused
 * them.
 */
public final class StartupSteps implements Function<Step, Runnable> {

	private static final Runnable NOTHING = () -> {
	};

	private final ApplicationStartup startup;

	public StartupSteps(ApplicationStartup startup) {
		this.startup = startup;
	}

	/**
	 * Leave out the steps of single conditions: they overlap, and Spring only knows
	 * nested steps. The step around them is reported.
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
