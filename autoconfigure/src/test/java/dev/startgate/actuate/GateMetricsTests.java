package dev.startgate.actuate;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.startgate.GateState;
import dev.startgate.MigrationsCompletedEvent.Migrated;
import dev.startgate.StepKind;
import dev.startgate.autoconfigure.StartgateAutoConfiguration;
import dev.startgate.autoconfigure.StartgateEndpointAutoConfiguration;
import dev.startgate.autoconfigure.StartgateMetricsAutoConfiguration;
import dev.startgate.gate.CompletedMigrations;
import dev.startgate.gate.Gate;
import dev.startgate.gate.RunningStep;
import dev.startgate.gate.StartCounter;
import dev.startgate.gate.Time;
import dev.startgate.testing.ExternalTool;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link GateMetrics}, and for the alert rules that use them.
 */
class GateMetricsTests {

	private static final Path RULES = Path.of("../docs/prometheus");

	private final Gate gate = new Gate("one", Time.system());

	private final CompletedMigrations completed = new CompletedMigrations();

	private final MeterRegistry registry = new SimpleMeterRegistry();

	GateMetricsTests() {
		new GateMetrics(new StartgateEndpoint(this.gate, this.completed, Time.system(),
				new StartSettings("migrate", "before-beans")), this.gate)
			.bindTo(this.registry);
	}

	@Test
	void theyAreThereFromTheBeginning() {
		assertThat(state("closed")).isEqualTo(1);
		assertThat(state("open")).isZero();
		assertThat(this.registry.get("startgate.lock.wait").timeGauge().value(TimeUnit.SECONDS)).isZero();
		assertThat(this.registry.get("startgate.open.time").timeGauge().value(TimeUnit.SECONDS)).isNaN();
	}

	@Test
	void theyFollowTheGate() {
		this.gate.moveTo(GateState.WAITING);
		RunningStep wait = this.gate.begin(StepKind.WAIT, "replica 'two'");
		assertThat(state("waiting")).isEqualTo(1);
		assertThat(this.registry.get("startgate.lock.wait").timeGauge().value(TimeUnit.SECONDS)).isPositive();
		assertThat(ended("wait")).isZero();
		wait.close();
		this.gate.begin(StepKind.MIGRATE, "V1 create parcel").close();
		this.gate.journal().count(StartCounter.MIGRATION_APPLIED);
		this.gate.journal().count(StartCounter.LEASE_LOST);
		this.gate.journal().count(StartCounter.TAKEN_OVER);
		this.gate.journal().count(StartCounter.CONNECTION_LOST);
		this.gate.journal().count(StartCounter.MILLISECOND_PAUSED, 1500);
		this.gate.journal().count(StartCounter.ROW_CHANGED, 400);
		this.completed.add(new Migrated("flyway", null, "1", List.of()), true);
		this.gate.moveTo(GateState.SETTLING);
		this.gate.begin(StepKind.SETTLE, "shards").close();
		this.gate.moveTo(GateState.OPEN);
		assertThat(ended("wait")).isEqualTo(1);
		assertThat(ended("migrate")).isEqualTo(1);
		assertThat(this.registry.get("startgate.migrations.applied").functionCounter().count()).isEqualTo(1);
		assertThat(this.registry.get("startgate.lease.renewals").tag("outcome", "lost").functionCounter().count())
			.isEqualTo(1);
		assertThat(this.registry.get("startgate.takeovers").functionCounter().count()).isEqualTo(1);
		assertThat(this.registry.get("startgate.retries").tag("cause", "connection-lost").functionCounter().count())
			.isEqualTo(1);
		assertThat(this.registry.get("startgate.retries.pause").functionCounter().count()).isEqualTo(1.5);
		assertThat(this.registry.get("startgate.migrations.rows").functionCounter().count()).isEqualTo(400);
		assertThat(this.registry.get("startgate.schema.version").tag("version", "1").gauge().value()).isEqualTo(1);
		assertThat(this.registry.get("startgate.settle.duration").tag("condition", "shards").gauge().value())
			.isNotNegative();
		assertThat(this.registry.get("startgate.open.time").timeGauge().value(TimeUnit.SECONDS)).isPositive();
	}

	@Test
	void fourHundredMigrationsMakeNoMoreSeriesThanNone() {
		int before = this.registry.getMeters().size();
		for (int i = 0; i < 400; i++) {
			this.gate.begin(StepKind.MIGRATE, "V" + i).close();
		}
		this.gate.moveTo(GateState.SETTLING);
		assertThat(ended("migrate")).isEqualTo(400);
		assertThat(this.registry.getMeters()).hasSize(before);
	}

	@Test
	void theAlertRulesHoldTheirOwnTests() throws Exception {
		ExternalTool promtool = ExternalTool.find("promtool");
		promtool.run(PATIENCE, "check", "rules", RULES.resolve("startgate.rules.yml").toString());
		promtool.run(PATIENCE, "test", "rules", RULES.resolve("startgate.tests.yml").toString());
	}

	@Test
	void withoutMicrometerOrActuatorNothingIsThere() {
		ApplicationContextRunner runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(StartgateAutoConfiguration.class,
					StartgateEndpointAutoConfiguration.class, StartgateMetricsAutoConfiguration.class))
			.withPropertyValues("management.endpoints.web.exposure.include=*");
		runner.run((context) -> assertThat(context).hasBean("startgateMetrics").hasBean("startgateEndpoint"));
		runner.withClassLoader(new FilteredClassLoader("io.micrometer"))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("startgateMetrics")
				.hasBean("startgateEndpoint"));
		runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate", "io.micrometer"))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("startgateMetrics")
				.doesNotHaveBean("startgateEndpoint"));
	}

	private double state(String state) {
		return this.registry.get("startgate.state").tag("state", state).gauge().value();
	}

	private double ended(String step) {
		return this.registry.get("startgate.step.duration").tag("step", step).functionTimer().count();
	}

}
