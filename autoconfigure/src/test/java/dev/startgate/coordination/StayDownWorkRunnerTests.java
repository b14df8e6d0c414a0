package dev.startgate.coordination;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

import dev.startgate.GateSnapshot.Step;
import dev.startgate.GateState;
import dev.startgate.gate.Gate;
import dev.startgate.testing.ManualTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * A replica stays up with work that fails, and is resolved, as a test says.
 */
@ExtendWith(OutputCaptureExtension.class)
class StayDownWorkRunnerTests {

	private static final RetryPolicy RETRIES = new RetryPolicy(5, Duration.ofMillis(200), Duration.ofSeconds(5));

	private final ManualTime time = new ManualTime();

	private final Gate gate = new Gate("me", this.time);

	private final Deque<RuntimeException> failures = new ArrayDeque<>();

	private final Deque<Boolean> resolved = new ArrayDeque<>();

	private final List<String> statements = new ArrayList<>();

	private int opensAfterPauses;

	private final List<String> log = new ArrayList<>();

	@Test
	void failsIfThatIsWanted() {
		this.failures.add(new IllegalStateException("broken"));
		assertThatIllegalStateException().isThrownBy(() -> section(false).run(new TestWork(), this::lock))
			.withMessage("broken");
		assertThat(this.log).containsExactly("look");
	}

	@Test
	void staysBlockedWithoutAnotherAttemptUntilItIsResolved() {
		this.failures.add(new IllegalStateException("broken"));
		this.resolved.addAll(Collections.nCopies(100, false));
		assertThat(section(true).run(new TestWork(), this::lock)).isEqualTo(WorkOutcome.NOTHING);
		assertThat(this.log)
			.startsWith("look", "say broken", "BLOCKED: broken since 0", "resolved?", "BLOCKED: broken since 0",
					"resolved?")
			.endsWith("resolved?", "look")
			.filteredOn("look"::equals)
			.hasSize(2);
		assertThat(this.log).filteredOn("resolved?"::equals).hasSize(101);
		assertThat(this.gate.snapshot().state()).isEqualTo(GateState.SETTLING);
		assertThat(this.gate.snapshot().reason()).isNull();
		assertThat(this.gate.snapshot().steps()).hasSize(3)
			.element(1)
			.matches((step) -> step.name().equals("blocked until it is resolved"))
			.extracting(Step::took)
			.isEqualTo(this.time.since(0));
	}

	@Test
	void saysTheSameOnceAndAnythingElseAgain() {
		this.failures.addAll(List.of(new IllegalStateException("one"), new IllegalStateException("one"),
				new IllegalStateException("other")));
		section(true).run(new TestWork(), this::lock);
		assertThat(this.log).filteredOn((entry) -> entry.startsWith("say")).containsExactly("say one", "say other");
	}

	/**
	 * The pauses between attempts grow from one second to one minute.
	 */
	@Test
	void whatOnlyTryingTellsIsTriedMoreAndMoreRarelyAndKeepsItsTime() {
		this.failures.addAll(Collections.nCopies(60, new IllegalStateException("broken")));
		section(true).run(new TestWork(), this::lock);
		assertThat(this.log).filteredOn("look"::equals).hasSize(61);
		assertThat(this.log).filteredOn((entry) -> entry.startsWith("BLOCKED"))
			.allMatch("BLOCKED: broken since 0"::equals);
		assertThat(Duration.ofNanos(this.time.nanoTime())).isGreaterThan(Duration.ofMinutes(25));
	}

	@Test
	void triesAgainIfTheLockCannotTellWhetherItIsResolved() {
		this.failures.add(new IllegalStateException("broken"));
		section(true).run(new TestWork(), () -> {
			throw new IllegalStateException("no lock");
		});
		assertThat(this.log).startsWith("look", "say broken", "BLOCKED: broken since 0").endsWith("look");
	}

	@Test
	void whatIsNotTriedAgainByItselfSaysWhatToTypeInTheSamePlace(CapturedOutput output) {
		this.failures.add(new IllegalStateException("broken"));
		this.statements.add("delete from note");
		this.resolved.add(false);
		section(true).run(new TestWork(), this::lock);
		String reason = "broken%n%nA replica that stays up does not run it again by itself. Once the cause is fixed, "
				+ "let it run again:%n%n    delete from note;";
		assertThat(this.log).contains("BLOCKED: " + reason.formatted() + " since 0");
		assertThat(output).contains("goes on once the statement below is run", reason.formatted())
			.doesNotContain("goes on by itself once");
	}

	@Test
	void aStatementThatIsSaidAlreadyIsNotRepeated() {
		this.failures.add(new IllegalStateException("type: delete from note"));
		this.statements.add("delete from note");
		section(true).run(new TestWork(), this::lock);
		assertThat(this.log).contains("BLOCKED: type: delete from note since 0");
	}

	@Test
	void whatNobodyCanResolveFailsTheStart() {
		for (RuntimeException failure : List.of(new LeaseLostException("lock", "for a test", false),
				LockWaitExceededException.forWork("work", "why", null, Duration.ZERO),
				new StartAbandonedException("waiting", new InterruptedException()))) {
			this.failures.add(failure);
			assertThatExceptionOfType(failure.getClass())
				.isThrownBy(() -> section(true).run(new TestWork(), this::lock));
		}
	}

	@Test
	void anInterruptedWaitEndsTheStart() {
		this.failures.add(new IllegalStateException("broken"));
		DatabaseRetry connecting = new DatabaseRetry(this.gate, this.time, this::pause, Duration.ZERO);
		StayDownWorkRunner section = new StayDownWorkRunner(
				new LockedWorkRunner(this.gate, this.time, this::pause, connecting, null, RETRIES), this.gate,
				this.time, connecting, (duration) -> {
					throw new InterruptedException();
				}, this::say);
		assertThatExceptionOfType(StartAbandonedException.class)
			.isThrownBy(() -> section.run(new TestWork(), this::lock));
		assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
	}

	/**
	 * Another thread may migrate a Flyway that is not a bean while the start goes on.
	 */
	@Test
	void whatIsBlockedWhenTheGateOpensFails() {
		this.failures.add(new IllegalStateException("broken"));
		this.resolved.addAll(Collections.nCopies(100, false));
		this.opensAfterPauses = 3;
		assertThatIllegalStateException().isThrownBy(() -> section(true).run(new TestWork(), this::lock))
			.withMessage("broken");
		assertThat(this.log).filteredOn("resolved?"::equals).hasSize(2);
		assertThat(this.gate.snapshot().reason()).isNull();
	}

	private StayDownWorkRunner section(boolean stayDown) {
		DatabaseRetry connecting = new DatabaseRetry(this.gate, this.time, this::pause, Duration.ZERO);
		return new StayDownWorkRunner(
				new LockedWorkRunner(this.gate, this.time, this::pause, connecting, null, RETRIES), this.gate,
				this.time, connecting, this::pause, stayDown ? this::say : null);
	}

	private String say(RuntimeException failure) {
		this.log.add("say " + failure.getMessage());
		return failure.getMessage();
	}

	private void pause(Duration duration) {
		this.log.add(this.gate.snapshot().state() + ": " + this.gate.snapshot().reason() + " since "
				+ this.gate.snapshot().since().getEpochSecond());
		this.time.pass(duration);
		if (--this.opensAfterPauses == 0) {
			this.gate.moveTo(GateState.SETTLING);
			this.gate.moveTo(GateState.OPEN);
		}
	}

	private Lock lock() {
		Lock lock = mock();
		given(lock.read(any())).willReturn(List.of());
		return lock;
	}

	private final class TestWork implements Work {

		@Override
		public String name() {
			return "work";
		}

		@Override
		public List<String> pending() {
			StayDownWorkRunnerTests.this.log.add("look");
			if (!StayDownWorkRunnerTests.this.failures.isEmpty()) {
				throw StayDownWorkRunnerTests.this.failures.remove();
			}
			return List.of();
		}

		@Override
		public TransientFailure perform(Lease lease) {
			return null;
		}

		@Override
		public boolean mayBeResolved(RuntimeException failure, Lock lock) {
			StayDownWorkRunnerTests.this.log.add("resolved?");
			return StayDownWorkRunnerTests.this.resolved.isEmpty() || StayDownWorkRunnerTests.this.resolved.remove();
		}

		@Override
		public List<String> eraseStatements() {
			return StayDownWorkRunnerTests.this.statements;
		}

	}

}
