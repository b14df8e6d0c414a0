package dev.startgate.actuate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.startgate.GateSnapshot.Step;
import dev.startgate.MigrationsCompletedEvent.Migrated;
import dev.startgate.StepKind;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import org.jspecify.annotations.Nullable;

/**
 * Metrics with a tag for a name from the application: that of a Flyway or of a condition.
 * There is one for each of these, and it appears at the next refresh.
 */
final class NamedMetrics {

	private final StartgateEndpoint start;

	private final List<MultiGauge> versions = new ArrayList<>();

	private final List<MultiGauge> settled = new ArrayList<>();

	NamedMetrics(StartgateEndpoint start) {
		this.start = start;
	}

	synchronized void bindTo(MeterRegistry registry) {
		this.versions.add(MultiGauge.builder("startgate.schema.version")
			.description("Always 1; the version of each schema is a tag")
			.register(registry));
		this.settled.add(MultiGauge.builder("startgate.settle.duration")
			.description("Time until a condition had settled")
			.baseUnit("seconds")
			.register(registry));
		refresh();
	}

	synchronized void refresh() {
		StartReport report = this.start.start();
		List<Row<?>> schemas = new ArrayList<>();
		for (Migrated schema : report.migrated()) {
			schemas.add(Row.of(Tags.of("flyway", schema.flyway(), "version", version(schema.after())), 1));
		}
		this.versions.forEach((gauge) -> gauge.register(schemas, true));
		Map<String, Row<?>> conditions = new LinkedHashMap<>();
		for (Step step : report.steps()) {
			if (step.kind() == StepKind.SETTLE && !step.subject().isEmpty() && step.took() != null) {
				String name = step.subject();
				conditions.put(name, Row.of(Tags.of("condition", name), GateMetrics.seconds(step.took())));
			}
		}
		this.settled.forEach((gauge) -> gauge.register(conditions.values(), true));
	}

	private static String version(@Nullable String version) {
		return (version != null) ? version : "none";
	}

}
