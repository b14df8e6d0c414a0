package dev.startgate.actuate;

import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;

import dev.startgate.GateSnapshot.Step;
import dev.startgate.StepKind;

/**
 * How many steps of each kind there were, and how long they took together.
 *
 * @param report the start
 */
record StepTotals(StartReport report) {

	static StepTotals of(StartReport report) {
		return new StepTotals(report);
	}

	long ended(StepKind kind) {
		return steps(kind).filter((step) -> step.took() != null).count();
	}

	/**
	 * Return the time of those that have ended.
	 */
	Duration took(StepKind kind) {
		return steps(kind).map(Step::took).filter(Objects::nonNull).reduce(Duration.ZERO, Duration::plus);
	}

	/**
	 * Return the time of all, also of those that have not ended.
	 */
	Duration untilNow(StepKind kind) {
		return steps(kind).map(this::untilNow).reduce(Duration.ZERO, Duration::plus);
	}

	private Duration untilNow(Step step) {
		Duration took = step.took();
		return (took != null) ? took : Duration.between(step.started(), this.report.ended());
	}

	private Stream<Step> steps(StepKind kind) {
		return this.report.steps().stream().filter((step) -> step.kind() == kind);
	}

}
