package dev.startgate.coordination;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Step;
import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.GateState;
import dev.startgate.gate.Gate;
import dev.startgate.gate.StartCounter;
import dev.startgate.testing.ManualTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.Answers;
import org.mockito.stubbing.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;

/**
 * The order of steps, with prepared answers of the lock and a clock that the test moves.
 */
class LockedWorkRunnerTests {

	private static final Holder OTHER = new Holder("other", 7, Instant.EPOCH, Instant.EPOCH);

	private static final Holder ME = new Holder("me", 8, Instant.EPOCH, Instant.EPOCH);

	private static final RetryPolicy RETRIES = new RetryPolicy(5, Duration.ofMillis(200), Duration.ofSeconds(5));

	private final ManualTime time = new ManualTime();

	private final Gate gate = new Gate("me", this.time);

	private final List<String> log = new ArrayList<>();

	private final Deque<Boolean> pending = new ArrayDeque<>();

	private final Deque<Lock.View> views = new ArrayDeque<>();

	private final Deque<List<Unsettled>> left = new ArrayDeque<>();

	private boolean news;

	private final Deque<Boolean> heard = new ArrayDeque<>();

	private final List<Duration> pauses = new ArrayList<>();

	private boolean changed;

	private RuntimeException loss;

	private RuntimeException early;

	private RuntimeException failure;

	private int failures = Integer.MAX_VALUE;

	@Test
	void doesNotAskForTheLockIfNothingIsPending() {
		this.pending.add(false);
		assertThat(run()).isEqualTo(WorkOutcome.NOTHING);
		assertThat(this.log).containsExactly("pending?");
		assertThat(this.gate.snapshot().state()).isEqualTo(GateState.SETTLING);
	}

	@Test
	void performsAndReleases() {
		free();
		WorkOutcome outcome = run();
		assertThat(outcome.performed()).isTrue();
		assertThat(this.log).containsExactly("pending?", "look", "acquire", "clear", "perform MIGRATING", "release",
				"close");
	}

	@Test
	void waitsForAHolderAndGoesOnWithoutTheLockIfNothingIsLeft() {
		this.pending.addAll(List.of(true, false));
		this.views
			.addAll(List.of(new Lock.View(OTHER, null, false), new Lock.View(OTHER, null, false), Lock.View.NOBODY));
		WorkOutcome outcome = run();
		assertThat(outcome.performed()).isFalse();
		assertThat(outcome.waitedFor()).isEqualTo(OTHER);
		assertThat(outcome.waited()).isPositive();
		assertThat(this.log).containsExactly("pending?", "look", "pause WAITING", "look", "pause WAITING", "look",
				"pending?", "close");
	}

	@Test
	void theLockIsNotTakenForWorkThatAnotherReplicaHasDoneBetweenTwoLooks() {
		this.changed = true;
		this.pending.addAll(List.of(true, false));
		this.views.add(Lock.View.NOBODY);
		WorkOutcome outcome = run();
		assertThat(outcome.performed()).isFalse();
		assertThat(this.log).containsExactly("pending?", "look", "pending?", "close");
	}

	@Test
	void aReleaseThatIsHeardEndsThePause() {
		this.news = true;
		this.pending.addAll(List.of(true, false));
		this.views.addAll(List.of(new Lock.View(OTHER, null, false), Lock.View.NOBODY));
		run();
		assertThat(this.log).containsExactly("pending?", "look", "look", "pending?", "close");
	}

	/**
	 * A holder that is asked to end loses its session before it releases the lease.
	 */
	@Test
	void whatIsHeardTooEarlyIsLookedForOftenAfterThat() {
		this.heard.addAll(List.of(false, false, false, false, false, true, false));
		this.pending.addAll(List.of(true, false));
		for (int i = 0; i < 8; i++) {
			this.views.add(new Lock.View(OTHER, null, i == 7));
		}
		this.views.add(Lock.View.NOBODY);
		run();
		assertThat(this.pauses.get(4)).isGreaterThanOrEqualTo(Duration.ofMillis(450));
		assertThat(this.pauses.get(5)).as("after the release was heard").isLessThanOrEqualTo(Duration.ofMillis(100));
		assertThat(this.pauses.get(6)).as("while the holder is suspect").isLessThanOrEqualTo(Duration.ofMillis(200));
		assertThat(this.pauses).hasSize(7);
	}

	@Test
	void waitsForWhatEarlierHoldersHaveLeftAndShowsIt() {
		free();
		this.left.add(List.of(new Unsettled("session 7", Instant.EPOCH, "which runs")));
		List<List<Unsettled>> shown = new ArrayList<>();
		LockedWorkRunner section = new LockedWorkRunner(this.gate, this.time, (duration) -> {
			shown.add(this.gate.snapshot().unsettled());
			pause(duration);
		}, connecting(), null, RETRIES);
		assertThat(section.run(new TestWork(), this::lock).performed()).isTrue();
		assertThat(this.log).containsExactly("pending?", "look", "acquire", "clear", "pause WAITING", "clear",
				"perform MIGRATING", "release", "close");
		assertThat(shown.get(0)).extracting(Unsettled::name).containsExactly("session 7");
		assertThat(this.gate.snapshot().unsettled()).isEmpty();
	}

	/**
	 * The connection breaks, or the database has become read-only.
	 */
	@ParameterizedTest
	@MethodSource
	void looksAgainUnderTheLockAfter(RuntimeException failure) {
		free();
		this.views.add(Lock.View.NOBODY);
		this.failure = failure;
		this.failures = 1;
		assertThat(run().performed()).isTrue();
		assertThat(this.log).containsExactly("pending?", "look", "acquire", "clear", "perform MIGRATING", "release",
				"pause CONNECTING", "look", "acquire", "clear", "perform MIGRATING", "release", "close");
	}

	static Stream<RuntimeException> looksAgainUnderTheLockAfter() {
		return Stream.of(new IllegalStateException(new SQLException("terminated", "57P01")),
				DatabaseUnreachableException.readOnly(new SQLException("in recovery", "25006")));
	}

	@Test
	void waitsForItsOwnLeaseWhenTheConnectionHasBrokenAndItRemains() {
		this.pending.addAll(List.of(true, false));
		this.views.addAll(List.of(Lock.View.NOBODY, new Lock.View(ME, null, false), Lock.View.NOBODY));
		this.failure = new IllegalStateException(new SQLException("terminated", "57P01"));
		this.failures = 1;
		run();
		assertThat(this.gate.snapshot().steps()).extracting(Step::name)
			.contains("wait for the earlier lease of this replica")
			.doesNotContain("wait for replica 'me'");
	}

	/**
	 * MariaDB answers like this to a statement about a missing database.
	 */
	@Test
	void doesNotTakeARefusalInTheMiddleOfTheWorkForALossOfTheConnection() {
		free();
		this.failure = new IllegalStateException(new SQLException("Unknown database 'depot'", "42000", 1049));
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(this::run);
		assertThat(this.log.stream().filter("perform MIGRATING"::equals)).hasSize(1);
	}

	@Test
	void doesNotLookAgainForEver() {
		free();
		this.views.addAll(Collections.nCopies(5, Lock.View.NOBODY));
		this.failure = new IllegalStateException(new SQLException("terminated", "57P01"));
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(this::run);
		assertThat(this.log.stream().filter("perform MIGRATING"::equals)).hasSize(6);
	}

	@Test
	void triesAgainUnderTheSameLeaseWhatFailedForAReasonThatPasses() {
		free();
		this.failure = new IllegalStateException("passes");
		this.failures = 2;
		assertThat(run().performed()).isTrue();
		assertThat(this.log).containsExactly("pending?", "look", "acquire", "clear", "perform MIGRATING",
				"pause MIGRATING", "perform MIGRATING", "pause MIGRATING", "perform MIGRATING", "release", "close");
		assertThat(this.gate.journal().entries().count(StartCounter.TRANSIENT_FAILURE)).isEqualTo(2);
	}

	@Test
	void givesUpWhenItDoesNotPass() {
		free();
		this.failure = new IllegalStateException("passes");
		assertThatExceptionOfType(RetriesExhaustedException.class).isThrownBy(this::run)
			.withMessage("It has failed. That was attempt 6")
			.withCause(this.failure);
		assertThat(this.log.stream().filter("perform MIGRATING"::equals)).hasSize(6);
		assertThat(this.time.nanoTime()).as("200 + 400 + 800 + 1600 + 3200 ms, each shortened by up to a half")
			.isBetween(Duration.ofMillis(3100).toNanos(), Duration.ofMillis(6200).toNanos());
	}

	@Test
	void performsWhatAHolderThatIsGoneHasLeft() {
		this.pending.addAll(List.of(true, true));
		this.views.addAll(List.of(new Lock.View(OTHER, null, false), Lock.View.NOBODY));
		assertThat(run().performed()).isTrue();
		assertThat(this.log).endsWith("pending?", "acquire", "clear", "perform MIGRATING", "release", "close");
	}

	@Test
	void releasesWhenTheWorkFails() {
		free();
		this.failure = new IllegalStateException("column already exists");
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(this::run)
			.withMessage("column already exists");
		assertThat(this.log).endsWith("release", "close");
		assertThat(this.gate.snapshot().state()).as("nothing settles").isEqualTo(GateState.MIGRATING);
	}

	@Test
	void anErrorThatComesFromALostLeaseIsToldAsThat() {
		free();
		this.failure = new IllegalStateException("connection closed");
		this.loss = new LeaseLostException("lock", "for a test", false);
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(this::run)
			.satisfies((lost) -> assertThat(lost.getSuppressed()).containsExactly(this.failure));
	}

	@Test
	void workThatOutlivesItsLeaseFails() {
		free();
		this.loss = new LeaseLostException("lock", "for a test", false);
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(this::run);
		assertThat(this.log).endsWith("release", "close");
	}

	@Test
	void looksAgainWhenTheLeaseIsLostBecauseTheDatabaseCannotBeReached() {
		free();
		this.views.addAll(Collections.nCopies(5, Lock.View.NOBODY));
		this.loss = new LeaseLostException("lock", "for a test", true);
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(this::run);
		assertThat(this.log.stream().filter("perform MIGRATING"::equals)).hasSize(6);
	}

	@Test
	void waitsNoLongerThanTheBackstop() {
		this.pending.add(true);
		this.views.addAll(List.of(new Lock.View(OTHER, null, false), new Lock.View(OTHER, null, false),
				new Lock.View(OTHER, null, false)));
		assertThatExceptionOfType(LockWaitExceededException.class)
			.isThrownBy(() -> section(Duration.ofMillis(100)).run(new TestWork(), this::lock))
			.withMessageContaining("'other'");
		assertThat(this.log).endsWith("close");
	}

	@Test
	void whoLosesEachLeaseBeforeTheWorkWaitsNoLongerEither() {
		this.pending.addAll(Collections.nCopies(9, true));
		this.views.addAll(Collections.nCopies(9, Lock.View.NOBODY));
		this.early = new LeaseLostException("lock", "for a test", false);
		assertThatExceptionOfType(LockWaitExceededException.class)
			.isThrownBy(() -> section(Duration.ofMillis(100)).run(new TestWork(), this::lock))
			.withMessageContaining("which this replica had and lost again before it could begin");
		assertThat(this.log).endsWith("release", "close");
	}

	@Test
	void anInterruptedWaitEndsTheStart() {
		this.pending.add(true);
		this.views.add(new Lock.View(OTHER, null, false));
		LockedWorkRunner section = new LockedWorkRunner(this.gate, this.time, (duration) -> {
			throw new InterruptedException();
		}, connecting(), null, RETRIES);
		assertThatExceptionOfType(StartAbandonedException.class)
			.isThrownBy(() -> section.run(new TestWork(), this::lock));
		assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
		assertThat(this.log).endsWith("close");
	}

	/**
	 * Let something be pending while nobody has the lock.
	 */
	private void free() {
		this.pending.add(true);
		this.views.add(Lock.View.NOBODY);
	}

	private WorkOutcome run() {
		return section(null).run(new TestWork(), this::lock);
	}

	private LockedWorkRunner section(Duration maxWait) {
		return new LockedWorkRunner(this.gate, this.time, this::pause, connecting(), maxWait, RETRIES);
	}

	private DatabaseRetry connecting() {
		return new DatabaseRetry(this.gate, this.time, this::pause, Duration.ZERO);
	}

	private void pause(Duration duration) {
		String pause = "pause " + this.gate.snapshot().state();
		if (this.log.isEmpty() || !this.log.get(this.log.size() - 1).equals(pause)) {
			this.log.add(pause);
		}
		this.pauses.add(duration);
		this.time.pass(duration);
	}

	private Lock lock() {
		Lock lock = mock();
		given(lock.name()).willReturn("lock");
		given(lock.look()).will(logged("look", this.views::remove));
		given(lock.isListening()).will((call) -> this.news || !this.heard.isEmpty());
		given(lock.awaitRelease(any())).will((call) -> this.news || this.heard.remove());
		given(lock.tryAcquire()).will(logged("acquire", () -> Optional.of(lease())));
		willAnswer(logged("close", () -> null)).given(lock).close();
		return lock;
	}

	private Lease lease() {
		Lease lease = mock(Answers.RETURNS_DEEP_STUBS);
		given(lease.holder()).willReturn(ME);
		given(lease.clear()).will(logged("clear", () -> this.left.isEmpty() ? List.of() : this.left.remove()));
		given(lease.isReleased()).willReturn(true);
		if (this.loss != null) {
			willThrow(this.loss).given(lease).ensureHeld();
		}
		if (this.early != null) {
			willThrow(this.early).given(lease).clear();
		}
		willAnswer(logged("release", () -> null)).given(lease).close();
		return lease;
	}

	private <T> Answer<T> logged(String call, Supplier<T> answer) {
		return (invocation) -> {
			this.log.add(call);
			return answer.get();
		};
	}

	private final class TestWork implements Work {

		@Override
		public String name() {
			return "work";
		}

		@Override
		public List<String> pending() {
			LockedWorkRunnerTests.this.log.add("pending?");
			return LockedWorkRunnerTests.this.pending.remove() ? List.of(name()) : List.of();
		}

		@Override
		public boolean mayHaveChanged(boolean waited) {
			return waited || LockedWorkRunnerTests.this.changed;
		}

		@Override
		public TransientFailure perform(Lease lease) {
			LockedWorkRunnerTests.this.log.add("perform " + LockedWorkRunnerTests.this.gate.snapshot().state());
			RuntimeException failure = LockedWorkRunnerTests.this.failure;
			if (failure == null || LockedWorkRunnerTests.this.failures-- <= 0) {
				return null;
			}
			if (!"passes".equals(failure.getMessage())) {
				throw failure;
			}
			return new TransientFailure("it", "It has failed", failure, null);
		}

	}

}
