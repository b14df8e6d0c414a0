package dev.startgate.gate;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.startgate.GateFailedException;
import dev.startgate.GateSnapshot.Step;
import dev.startgate.GateState;
import dev.startgate.StepKind;
import dev.startgate.testing.ManualTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The state machine.
 */
class GateTests {

	private final ManualTime time = new ManualTime();

	private final Gate gate = new Gate("replica-1", this.time);

	@Test
	void isClosedAtFirst() throws InterruptedException {
		assertThat(this.gate.snapshot().state()).isEqualTo(GateState.CLOSED);
		assertThat(this.gate.isOpen()).isFalse();
		assertThat(this.gate.awaitOpen(Duration.ZERO)).isFalse();
	}

	@Test
	void opensOnlyWhenItHasSettled() {
		this.gate.moveTo(GateState.OPEN);
		assertThat(this.gate.isOpen()).isFalse();
		this.gate.moveTo(GateState.MIGRATING);
		this.gate.moveTo(GateState.OPEN);
		assertThat(this.gate.isOpen()).isFalse();
		this.gate.moveTo(GateState.SETTLING);
		this.gate.moveTo(GateState.OPEN);
		assertThat(this.gate.isOpen()).isTrue();
	}

	@ParameterizedTest
	@EnumSource
	void staysOpenOnceItIsOpen(GateState state) {
		Gate open = new Gate("replica-1", this.time);
		open.moveTo(GateState.SETTLING);
		open.moveTo(GateState.OPEN);
		open.moveTo(state);
		open.fail(new IllegalStateException("too late"), "too late");
		assertThat(open.snapshot().state()).isEqualTo(GateState.OPEN);
		assertThat(open.snapshot().reason()).isNull();
	}

	@ParameterizedTest
	@EnumSource
	void staysFailedOnceItHasFailed(GateState state) {
		this.gate.fail(new IllegalStateException("broken"), "broken");
		this.gate.moveTo(state);
		assertThat(this.gate.snapshot().state()).isEqualTo(GateState.FAILED);
		assertThat(this.gate.snapshot().reason()).isEqualTo("broken");
	}

	@Test
	void enteringTheSameStateAgainDoesNotChangeSinceWhen() {
		this.gate.moveTo(GateState.WAITING);
		this.time.pass(Duration.ofSeconds(5));
		this.gate.moveTo(GateState.WAITING);
		assertThat(this.gate.snapshot().since().getEpochSecond()).isZero();
	}

	@Test
	void waitersGoOnWhenItOpens() {
		CompletableFuture<Boolean> waiting = waitInAnotherThread();
		this.gate.moveTo(GateState.SETTLING);
		this.gate.moveTo(GateState.OPEN);
		assertThat(waiting.join()).isTrue();
	}

	@Test
	void waitersLearnThatTheStartHasFailed() {
		CompletableFuture<Boolean> waiting = waitInAnotherThread();
		IllegalStateException cause = new IllegalStateException("broken");
		this.gate.fail(cause, "broken");
		assertThat(waiting).failsWithin(Duration.ofSeconds(10)).withThrowableThat().havingRootCause().isSameAs(cause);
		assertThatExceptionOfType(GateFailedException.class)
			.isThrownBy(() -> this.gate.awaitOpen(Duration.ofSeconds(1)))
			.withMessageContaining("broken");
	}

	@Test
	void canBeWaitedForWithoutEnd() throws InterruptedException {
		CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(() -> {
			this.gate.moveTo(GateState.SETTLING);
			this.gate.moveTo(GateState.OPEN);
		});
		assertThat(this.gate.awaitOpen(ChronoUnit.FOREVER.getDuration())).isTrue();
	}

	@Test
	void waitersLearnThatTheApplicationEnds() {
		this.gate.close();
		assertThatExceptionOfType(GateFailedException.class).isThrownBy(() -> this.gate.awaitOpen(Duration.ZERO));
	}

	@Test
	void listenersHearEveryChangeOfStateAndAFailingOneChangesNothing() {
		List<String> heard = new ArrayList<>();
		this.gate.addListener((before, after) -> {
			throw new IllegalStateException("listener");
		});
		this.gate.addListener((before, after) -> heard.add(before.state() + ">" + after.state()));
		this.gate.moveTo(GateState.CONNECTING);
		this.gate.show(List.of());
		this.gate.moveTo(GateState.SETTLING);
		assertThat(heard).containsExactly("CLOSED>CONNECTING", "CONNECTING>SETTLING");
	}

	@Test
	void ofVeryManyStepsTheFirstAndTheLatestAreKept() {
		for (int i = 0; i < 3 * RunningStep.MOST; i++) {
			this.gate.begin(StepKind.OTHER, "step " + i).close();
		}
		assertThat(this.gate.snapshot().steps()).hasSize(RunningStep.MOST)
			.extracting(Step::name)
			.startsWith("step 0", "step 1")
			.endsWith("step " + (3 * RunningStep.MOST - 1));
	}

	@Test
	void stepsAreTimed() {
		try (RunningStep timing = this.gate.begin(StepKind.OTHER, "one")) {
			this.time.pass(Duration.ofSeconds(2));
			assertThat(this.gate.snapshot().steps()).extracting(Step::took).containsOnlyNulls();
		}
		this.gate.begin(StepKind.OTHER, "two");
		assertThat(this.gate.snapshot().steps()).extracting(Step::name).containsExactly("one", "two");
		assertThat(this.gate.snapshot().steps()).extracting(Step::took).containsExactly(Duration.ofSeconds(2), null);
	}

	private CompletableFuture<Boolean> waitInAnotherThread() {
		return CompletableFuture.supplyAsync(() -> {
			try {
				return this.gate.awaitOpen(Duration.ofMinutes(1));
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

}
