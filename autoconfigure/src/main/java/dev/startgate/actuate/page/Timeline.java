package dev.startgate.actuate.page;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import dev.startgate.GateSnapshot.Step;
import dev.startgate.GateState;
import dev.startgate.StepKind;
import dev.startgate.actuate.StartReport;

/**
 * The parts of a start, in the order in which they began. Many migrations share one row,
 * so that the timeline stays short.
 */
final class Timeline {

	/** If there are many migrations, so many of the longest get their own row. */
	private static final int MIGRATIONS = 6;

	private static final int FEW_MIGRATIONS = 12;

	/** Of more rows, the first and the last ones are shown. */
	private static final int ROWS = 30;

	private final StartReport report;

	private final Set<Step> failed;

	Timeline(StartReport report) {
		this.report = report;
		this.failed = failed(report);
	}

	List<Row> rows() {
		List<Row> rows = new ArrayList<>();
		List<Step> migrations = this.report.steps().stream().filter((step) -> step.kind() == StepKind.MIGRATE).toList();
		boolean many = migrations.size() > FEW_MIGRATIONS;
		for (Step step : this.report.steps()) {
			StepKind kind = step.kind();
			if (kind == StepKind.PERFORM || (kind == StepKind.SETTLE && step.subject().isEmpty())) {
				continue;
			}
			if (kind != StepKind.MIGRATE) {
				rows.add(new Row(capitalize(step.name()), kind, List.of(bar(step))));
			}
			else if (!many) {
				rows.add(new Row(step.subject(), kind, List.of(bar(step))));
			}
			else if (step == migrations.get(0)) {
				rows.add(new Row(migrations.size() + " migrations", kind, migrations.stream().map(this::bar).toList()));
				ofTheirOwn(migrations).forEach((one) -> rows.add(
						new Row((this.failed.contains(one) ? "" : "Long: ") + one.subject(), kind, List.of(bar(one)))));
			}
		}
		return (rows.size() <= ROWS) ? rows
				: Stream.of(rows.subList(0, ROWS / 2), rows.subList(rows.size() - ROWS / 2, rows.size()))
					.flatMap(List::stream)
					.toList();
	}

	/**
	 * Find the migrations that have failed. Flyway stops at the first one that fails: so
	 * it is the last one of a start that stopped, or it was begun again. No more have
	 * failed than have ended without being applied.
	 */
	private static Set<Step> failed(StartReport report) {
		Set<Step> failed = Collections.newSetFromMap(new IdentityHashMap<>());
		List<Step> steps = report.steps().stream().filter((step) -> step.kind() == StepKind.MIGRATE).toList();
		long ended = steps.stream().filter((step) -> step.took() != null).count();
		boolean stopped = report.state() == GateState.FAILED || report.state() == GateState.BLOCKED;
		for (int i = steps.size() - 1; i >= 0; i--) {
			boolean isLast = i == steps.size() - 1;
			boolean inVain = isLast ? stopped : steps.get(i).name().equals(steps.get(i + 1).name());
			if (inVain && steps.get(i).took() != null && failed.size() < ended - report.counts().migrationsApplied()) {
				failed.add(steps.get(i));
			}
		}
		return failed;
	}

	/**
	 * Return, in order of time, the migrations that have failed and the longest ones.
	 * Only those that took a fiftieth of the start or more count as long.
	 */
	private List<Step> ofTheirOwn(List<Step> migrations) {
		Duration aLongTime = length().dividedBy(50);
		Stream<Step> longest = migrations.stream()
			.filter((step) -> this.report.untilNow(step).compareTo(aLongTime) >= 0)
			.sorted(Comparator.comparing(this.report::untilNow).reversed())
			.limit(MIGRATIONS);
		return Stream.concat(migrations.stream().filter(this.failed::contains), longest)
			.distinct()
			.sorted(Comparator.comparing(Step::started))
			.toList();
	}

	Duration length() {
		Duration length = Duration.between(this.report.began(), this.report.ended());
		return (length.toMillis() < 1) ? Duration.ofMillis(1) : length;
	}

	private Bar bar(Step step) {
		return new Bar(between(this.report.began(), step.started()), this.report.untilNow(step), step.took() == null,
				this.failed.contains(step));
	}

	private static Duration between(Instant from, Instant to) {
		Duration between = Duration.between(from, to);
		return between.isNegative() ? Duration.ZERO : between;
	}

	private static String capitalize(String name) {
		return name.isEmpty() ? name : Character.toUpperCase(name.charAt(0)) + name.substring(1);
	}

	/**
	 * A row of the timeline.
	 *
	 * @param label the name of the row
	 * @param kind the kind of its steps
	 * @param bars when its steps ran
	 */
	record Row(String label, StepKind kind, List<Bar> bars) {

		boolean isUnderWay() {
			return this.bars.get(this.bars.size() - 1).underWay();
		}

		boolean isFailed() {
			return this.bars.size() == 1 && this.bars.get(0).failed();
		}

		Duration took() {
			return this.bars.stream().map(Bar::took).reduce(Duration.ZERO, Duration::plus);
		}

	}

	/**
	 * A stretch of time.
	 *
	 * @param after when it began, counted from the beginning of the start
	 * @param took how long it took, so far
	 * @param underWay whether it has not ended
	 * @param failed whether the step has failed
	 */
	record Bar(Duration after, Duration took, boolean underWay, boolean failed) {
	}

}
