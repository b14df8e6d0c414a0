package dev.startgate.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.startgate.GateSnapshot.Step;
import dev.startgate.StepKind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StartSummary}.
 */
class StartSummaryTests {

	@Test
	void aStartWithoutStepsHasNoParts() {
		assertThat(StartSummary.of(List.of(), Duration.ofMillis(40), 0)).isEqualTo("0.0 s");
	}

	@Test
	void aReplicaThatWaitedTellsForWhom() {
		assertThat(StartSummary.of(List.of(step(StepKind.LOOK, "migrations of 'flyway'", 1000, 2000),
				step(StepKind.REACH, "the database", 1100, 1800), step(StepKind.WAIT, "replica 'x'", 3000, 9000),
				step(StepKind.LOOK, "migrations of 'flyway'", 11500, 500), step(StepKind.SETTLE, "", 12000, 1000),
				step(StepKind.SETTLE, "index", 12000, 900), step(StepKind.SETTLE, "cache", 12001, 20)),
				Duration.ofMillis(14000), 0))
			.isEqualTo("14.0 s: look at migrations of 'flyway' 0.7 s, reach the database 1.8 s, "
					+ "wait for replica 'x' 8.5 s, settle 1.0 s, everything else 2.0 s");
	}

	@Test
	void aReplicaThatMigratedTellsHowManyMigrationsAndNothingTwice() {
		assertThat(StartSummary.of(
				List.of(step(StepKind.PERFORM, "migrations of 'flyway'", 0, 5000),
						step(StepKind.MIGRATE, "V1 a", 100, 1000), step(StepKind.MIGRATE, "V2 b", 1100, 3000),
						step(StepKind.APPLY, "index", 4200, 200), step(StepKind.SETTLE, "", 5000, null)),
				Duration.ofMillis(5000), 2))
			.isEqualTo("5.0 s: other work under the lock 0.8 s, 2 migrations 4.0 s, apply metadata index 0.2 s");
	}

	@Test
	void anAttemptThatFailedIsNoMigrationAndItsPauseIsAPartOfItsOwn() {
		assertThat(StartSummary.of(List.of(step(StepKind.PERFORM, "migrations of 'flyway'", 0, 1000),
				step(StepKind.MIGRATE, "V1 a", 100, 200), step(StepKind.OTHER, "pause before retries", 1000, 3000),
				step(StepKind.PERFORM, "migrations of 'flyway'", 4000, 1000),
				step(StepKind.MIGRATE, "V1 a", 4100, 200)), Duration.ofMillis(6000), 1))
			.isEqualTo("6.0 s: other work under the lock 1.6 s, 1 migration 0.4 s, pause before retries 3.0 s, "
					+ "everything else 1.0 s");
	}

	@Test
	void migrationsAreCountedHoweverShortTheyAre() {
		assertThat(StartSummary.of(List.of(step(StepKind.MIGRATE, "V1 a", 0, 4), step(StepKind.MIGRATE, "V2 b", 5, 4)),
				Duration.ofMillis(1000), 2))
			.isEqualTo("1.0 s: 2 migrations under 0.1 s, everything else 1.0 s");
	}

	/**
	 * One clock says when a step began, another one how long it took.
	 */
	@Test
	void aStepThatBeginsJustBeforeTheLastOneEndedIsNoPartOfIt() {
		assertThat(
				StartSummary.of(List.of(step(StepKind.OTHER, "one", 0, 1001), step(StepKind.OTHER, "two", 1000, 999)),
						Duration.ofMillis(2000), 0))
			.isEqualTo("2.0 s: one 1.0 s, two 1.0 s");
	}

	private static Step step(StepKind kind, String subject, int after, @Nullable Integer took) {
		return new Step(kind.named(subject), Instant.EPOCH.plusMillis(after),
				(took != null) ? Duration.ofMillis(took) : null, kind);
	}

}
