package dev.startgate.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

import dev.startgate.GateSnapshot.Step;
import dev.startgate.StepKind;

/**
 * What took the time of a start, in one line. If a step has others as its parts, only the
 * rest of it counts, so that nothing is counted twice.
 */
public final class StartSummary {

	private static final String MIGRATE = "migrate";

	private static final Duration SHORT = Duration.ofMillis(50);

	/** A tolerance: the start of a step and its duration come from two clocks. */
	private static final Duration BLUR = Duration.ofMillis(2);

	private final Map<String, Duration> parts = new LinkedHashMap<>();

	private StartSummary(List<Step> steps, Duration age) {
		Deque<Step> around = new ArrayDeque<>();
		Duration rest = age;
		for (Step step : steps) {
			if (step.took() == null || isOneCondition(step)) {
				continue;
			}
			while (!around.isEmpty() && !isPart(step, around.peek())) {
				around.pop();
			}
			if (around.isEmpty()) {
				rest = rest.minus(step.took());
			}
			else {
				this.parts.merge(label(around.peek()), step.took().negated(), Duration::plus);
			}
			this.parts.merge(label(step), step.took(), Duration::plus);
			around.push(step);
		}
		this.parts.put("everything else", rest);
	}

	/**
	 * Return what took the time.
	 * @param gate the gate, whose start is over
	 * @return for example "12.3 s: wait for replica 'x' 9.0 s, everything else 3.3 s"
	 */
	public static String of(Gate gate) {
		return of(gate.snapshot().steps(), gate.age(), gate.journal().entries().count(StartCounter.MIGRATION_APPLIED));
	}

	static String of(List<Step> steps, Duration age, long migrations) {
		StartSummary summary = new StartSummary(steps, age);
		StringJoiner parts = new StringJoiner(", ", ": ", "").setEmptyValue("");
		for (Map.Entry<String, Duration> part : summary.parts.entrySet()) {
			boolean takesTime = part.getValue().compareTo(SHORT) >= 0;
			if (part.getKey().equals(MIGRATE) && migrations > 0) {
				parts.add(migrations + ((migrations == 1) ? " migration " : " migrations ")
						+ (takesTime ? HumanReadable.seconds(part.getValue()) : "under 0.1 s"));
			}
			else if (takesTime) {
				parts.add(part.getKey() + " " + HumanReadable.seconds(part.getValue()));
			}
		}
		return HumanReadable.seconds(age) + parts;
	}

	private static String label(Step step) {
		return switch (step.kind()) {
			case MIGRATE -> MIGRATE;
			case PERFORM -> "other work under the lock";
			default -> step.name();
		};
	}

	/**
	 * Conditions settle side by side, within the step for all of them.
	 */
	private static boolean isOneCondition(Step step) {
		return step.kind() == StepKind.SETTLE && !step.subject().isEmpty();
	}

	private static boolean isPart(Step step, Step of) {
		return !end(step).isAfter(end(of).plus(BLUR));
	}

	private static Instant end(Step step) {
		return (step.took() != null) ? step.started().plus(step.took()) : Instant.MAX;
	}

}
