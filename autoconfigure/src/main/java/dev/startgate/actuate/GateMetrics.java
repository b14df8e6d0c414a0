package dev.startgate.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import dev.startgate.GateState;
import dev.startgate.StepKind;
import dev.startgate.actuate.StartReport.Counts;
import dev.startgate.gate.Gate;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * The metrics of a start. Their values are read from the gate when the registry asks for
 * them. Metrics with names from the application are written at each refresh instead.
 */
public final class GateMetrics implements MeterBinder {

	private final StartgateEndpoint start;

	private final NamedMetrics schemas;

	/**
	 * Create the metrics.
	 * @param start reports the start
	 * @param gate the gate whose changes of state refresh the metrics
	 */
	public GateMetrics(StartgateEndpoint start, Gate gate) {
		this(start);
		gate.addListener((before, after) -> refresh());
	}

	/**
	 * Create metrics that look for names from the application only when they are
	 * refreshed.
	 * @param start reports the start
	 */
	public GateMetrics(StartgateEndpoint start) {
		this.start = start;
		this.schemas = new NamedMetrics(start);
	}

	/**
	 * Update the metrics that have names from the application.
	 */
	public void refresh() {
		this.schemas.refresh();
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		bindWithoutNamesTo(registry);
		this.schemas.bindTo(registry);
	}

	/**
	 * Bind only the metrics that have no tags with names from the application.
	 * @param registry the registry
	 */
	public void bindWithoutNamesTo(MeterRegistry registry) {
		bindStates(registry);
		bindTimes(registry);
		bindSteps(registry);
		bindCounts(registry);
	}

	/**
	 * Bind a gauge for each state. The gauge of the current state is 1, the others are 0.
	 */
	private void bindStates(MeterRegistry registry) {
		for (GateState state : GateState.values()) {
			Gauge.builder("startgate.state", this.start, (start) -> (start.start().state() == state) ? 1 : 0)
				.description("Whether the start is in this state")
				.tag("state", state.name().toLowerCase(Locale.ROOT))
				.register(registry);
		}
		Gauge.builder("startgate.unsettled", this.start, (start) -> start.start().unsettled().size())
			.description("What is still waited for")
			.register(registry);
	}

	private void bindTimes(MeterRegistry registry) {
		time(registry, "startgate.state.age", "Time since the state was entered",
				(report) -> seconds(report.since(), report.at()));
		time(registry, "startgate.lock.wait", "Time that this replica has waited for others",
				(report) -> seconds(report.untilNow(StepKind.WAIT)));
		time(registry, "startgate.open.time", "Time from the beginning of the start until the gate was open",
				(report) -> (report.state() == GateState.OPEN) ? seconds(report.began(), report.since()) : Double.NaN);
		time(registry, "startgate.lease.age",
				"Time since the lease that is worked under or waited for was renewed, as far as was seen",
				GateMetrics::leaseAge);
	}

	/**
	 * Return {@code NaN} if the age does not matter. A replica that waits for what
	 * earlier holders left has the lease itself.
	 */
	private static double leaseAge(StartReport report) {
		boolean matters = report.state() == GateState.MIGRATING
				|| (report.state() == GateState.WAITING && report.unsettled().isEmpty());
		return (matters && report.holder() != null) ? seconds(report.holder().renewed(), report.at()) : Double.NaN;
	}

	private void time(MeterRegistry registry, String name, String description, ToDoubleFunction<StartReport> seconds) {
		TimeGauge.builder(name, this.start, TimeUnit.SECONDS, (start) -> seconds.applyAsDouble(start.start()))
			.description(description)
			.register(registry);
	}

	private void bindSteps(MeterRegistry registry) {
		for (StepKind kind : StepKind.values()) {
			FunctionTimer
				.builder("startgate.step.duration", this.start, (start) -> start.start().count(kind),
						(start) -> start.start().took(kind).toMillis(), TimeUnit.MILLISECONDS)
				.description("Steps of the start that have ended")
				.tag("step", kind.name().toLowerCase(Locale.ROOT))
				.register(registry);
		}
	}

	private void bindCounts(MeterRegistry registry) {
		count(registry, "startgate.migrations.applied", "Migrations that this replica has applied", Tags.empty(),
				Counts::migrationsApplied);
		count(registry, "startgate.migrations.rows", "Rows that migrations in chunks have changed", Tags.empty(),
				Counts::rowsChanged);
		String renewals = "Renewals of the lease of this replica";
		count(registry, "startgate.lease.renewals", renewals, Tags.of("outcome", "success"), Counts::leaseRenewals);
		count(registry, "startgate.lease.renewals", renewals, Tags.of("outcome", "failure"),
				Counts::failedLeaseRenewals);
		count(registry, "startgate.lease.renewals", renewals, Tags.of("outcome", "lost"), Counts::lostLeases);
		count(registry, "startgate.takeovers", "Locks taken from other replicas that had not released them",
				Tags.empty(), Counts::takeovers);
		String retries = "What was tried again during the start";
		count(registry, "startgate.retries", retries, Tags.of("cause", "unreachable"), Counts::databaseUnreachable);
		count(registry, "startgate.retries", retries, Tags.of("cause", "connection-lost"), Counts::lostConnections);
		count(registry, "startgate.retries", retries, Tags.of("cause", "transient"), Counts::transientFailures);
		count(registry, "startgate.retries", retries, Tags.of("cause", "ddl-lock"), Counts::missedLocks);
		FunctionCounter
			.builder("startgate.retries.pause", this.start,
					(start) -> start.start().counts().pausedMilliseconds() / 1000.0)
			.description("Time that has passed before what was tried again")
			.baseUnit("seconds")
			.register(registry);
	}

	private void count(MeterRegistry registry, String name, String description, Tags tags,
			ToDoubleFunction<Counts> count) {
		FunctionCounter.builder(name, this.start, (start) -> count.applyAsDouble(start.start().counts()))
			.description(description)
			.tags(tags)
			.register(registry);
	}

	private static double seconds(Instant from, Instant to) {
		return seconds(Duration.between(from, to));
	}

	static double seconds(Duration duration) {
		return duration.toNanos() / 1e9;
	}

}
