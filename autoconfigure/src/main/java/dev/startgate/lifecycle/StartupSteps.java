package dev.startgate.lifecycle;

import dev.startgate.gate.StepListener;

import org.springframework.core.metrics.ApplicationStartup;
import org.springframework.core.metrics.StartupStep;

/**
 * Makes steps of a start some of Spring's own, as children of whatever bean or phase
 * caused them.
 */
public final class StartupSteps implements StepListener {

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
	public Runnable begins(String name) {
		if (name.startsWith("settle ")) {
			return NOTHING;
		}
		StartupStep step = this.startup.start("startgate." + name.split(" ", 2)[0]).tag("step", name);
		return step::end;
	}

}
