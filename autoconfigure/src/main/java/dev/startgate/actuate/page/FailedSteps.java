package dev.startgate.actuate.page;

import java.util.ArrayList;
import java.util.List;

import dev.startgate.GateSnapshot.Step;
import dev.startgate.GateState;
import dev.startgate.StepKind;
import dev.startgate.actuate.StartReport;

/**
 * Tells which migrations have failed: of those that have ended and were not applied, the
 * one after which nothing went on, and those that were begun again. Flyway stops at the
 * first one that fails.
 */
final class FailedSteps {

	private final List<Step> failed = new ArrayList<>();

	FailedSteps(StartReport report) {
		List<Step> steps = report.steps().stream().filter((step) -> step.kind() == StepKind.MIGRATE).toList();
		long ended = steps.stream().filter((step) -> step.took() != null).count();
		boolean stopped = report.state() == GateState.FAILED || report.state() == GateState.BLOCKED;
		for (int i = steps.size() - 1; i >= 0; i--) {
			boolean isLast = i == steps.size() - 1;
			boolean inVain = isLast ? stopped : steps.get(i).name().equals(steps.get(i + 1).name());
			if (inVain && steps.get(i).took() != null
					&& this.failed.size() < ended - report.counts().migrationsApplied()) {
				this.failed.add(steps.get(i));
			}
		}
	}

	boolean contains(Step step) {
		return this.failed.stream().anyMatch((one) -> one == step);
	}

}
