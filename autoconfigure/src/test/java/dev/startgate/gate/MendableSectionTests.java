package dev.startgate.gate;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import dev.startgate.GateSnapshot.Step;
import dev.startgate.GateState;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Staying up, with work that is told how to fail and when it is mended.
 */
class MendableSectionTests {

	private static final Retries RETRIES = new Retries(5, Duration.ofMillis(200), Duration.ofSeconds(5));

	private final ManualTime time = new ManualTime();

	private final Gate gate = new Gate("me", this.time);

	private final Deque<RuntimeException> failures = new ArrayDeque<>();

	private final Deque<Boolean> mended = new ArrayDeque<>();

	private final List<String> log = new ArrayList<>();

	@Test
	void failsIfThatIsWanted() {
		this.failures.add(new IllegalStateException("broken"));
		assertThatIllegalStateException().isThrownBy(() -> section(false).run(new TestWork(), this::lock))
			.withMessage("broken");
		assertThat(this.log).containsExactly("look");
	}

	@Test
	void staysBlockedWithoutAnotherAttemptUntilItIsMended() {
		this.failures.add(new IllegalStateException("broken"));
		this.mended.addAll(List.of(false, false, true));
		assertThat(section(true).run(new TestWork(), this::lock)).isEqualTo(Outcome.NOTHING);
		assertThat(this.log).containsExactly("look", "say broken", "BLOCKED: broken", "mended?", "BLOCKED: broken",
				"mended?", "BLOCKED: broken", "mended?", "look");
		assertThat(this.gate.snapshot().state()).isEqualTo(GateState.SETTLING);
		assertThat(this.gate.snapshot().reason()).isNull();
		assertThat(this.gate.snapshot().steps()).hasSize(3)
			.element(1)
			.matches((step) -> step.name().equals("blocked until it is mended"))
			.extracting(Step::took)
			.isEqualTo(this.time.since(0));
	}

	@Test
	void saysTheSameOnceAndAnythingElseAgain() {
		this.failures.addAll(List.of(new IllegalStateException("one"), new IllegalStateException("one"),
				new IllegalStateException("other")));
		this.mended.addAll(List.of(true, true, true));
		section(true).run(new TestWork(), this::lock);
		assertThat(this.log).filteredOn((entry) -> entry.startsWith("say")).containsExactly("say one", "say other");
	}

	@Test
	void triesAgainIfTheLockCannotTellWhetherItIsMended() {
		this.failures.add(new IllegalStateException("broken"));
		section(true).run(new TestWork(), () -> {
			throw new IllegalStateException("no lock");
		});
		assertThat(this.log).containsExactly("look", "say broken", "BLOCKED: broken", "look");
	}

	@Test
	void whatNobodyCanMendFailsTheStart() {
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
		Connecting connecting = new Connecting(this.gate, this.time, this::pause, Duration.ZERO);
		MendableSection section = new MendableSection(
				new CriticalSection(this.gate, this.time, this::pause, connecting, null, RETRIES), this.gate,
				connecting, (duration) -> {
					throw new InterruptedException();
				}, this::say);
		assertThatExceptionOfType(StartAbandonedException.class)
			.isThrownBy(() -> section.run(new TestWork(), this::lock));
		assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
	}

	private MendableSection section(boolean stayDown) {
		Connecting connecting = new Connecting(this.gate, this.time, this::pause, Duration.ZERO);
		return new MendableSection(new CriticalSection(this.gate, this.time, this::pause, connecting, null, RETRIES),
				this.gate, connecting, this::pause, stayDown ? this::say : null);
	}

	private String say(RuntimeException failure) {
		this.log.add("say " + failure.getMessage());
		return failure.getMessage();
	}

	private void pause(Duration duration) {
		this.log.add(this.gate.snapshot().state() + ": " + this.gate.snapshot().reason());
		this.time.pass(duration);
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
		public boolean isPending() {
			MendableSectionTests.this.log.add("look");
			if (!MendableSectionTests.this.failures.isEmpty()) {
				throw MendableSectionTests.this.failures.remove();
			}
			return false;
		}

		@Override
		public void perform(Lease lease) {
		}

		@Override
		public boolean isMended(Lock lock) {
			MendableSectionTests.this.log.add("mended?");
			return MendableSectionTests.this.mended.remove();
		}

	}

}
