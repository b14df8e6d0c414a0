package dev.startgate.metadata;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import dev.startgate.GateState;
import dev.startgate.SettleCondition;
import dev.startgate.Settlement;
import dev.startgate.coordination.StartAbandonedException;
import dev.startgate.gate.Gate;
import dev.startgate.gate.StartExecutors;
import dev.startgate.gate.Time;
import dev.startgate.testing.Condition;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Conditions that do not behave.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnrulyConditionTests {

	private final Gate gate = new Gate("me", Time.system());

	@AutoClose
	private final StartExecutors threads = new StartExecutors();

	@Test
	void anAnswerThatComesTooLateIsNotShownAnyMore() throws InterruptedException {
		CountDownLatch hanging = new CountDownLatch(1);
		assertThatExceptionOfType(SettleTimeoutException.class)
			.isThrownBy(() -> settling(Duration.ofMillis(50)).await(List.of(condition(() -> {
				hanging.await();
				return Settlement.notYet("late");
			}))));
		hanging.countDown();
		this.threads.workers().shutdown();
		assertThat(this.threads.workers().awaitTermination(120, TimeUnit.SECONDS)).isTrue();
		assertThat(this.gate.snapshot().unsettled()).isEmpty();
	}

	@Test
	void anErrorIsNoAnswerAndDoesNotWaitForTheOthers() {
		SettleCondition never = new Condition("never", () -> Settlement.notYet("1 of 2"));
		SettleCondition failing = condition(() -> {
			throw new NoSuchMethodError("library");
		});
		assertThatExceptionOfType(ConditionFailedException.class)
			.isThrownBy(() -> settling(Duration.ofSeconds(30)).await(List.of(never, failing)))
			.withMessage("The settle condition 'condition' failed with an error: java.lang.NoSuchMethodError: library")
			.withCauseInstanceOf(NoSuchMethodError.class);
	}

	@Test
	void anErrorOfTheVirtualMachineIsLeftAsItIsButNamesTheCondition() {
		assertThatExceptionOfType(OutOfMemoryError.class)
			.isThrownBy(() -> settling(Duration.ZERO, Duration.ofSeconds(10)).await(List.of(condition(() -> {
				throw new OutOfMemoryError("heap");
			}))))
			.satisfies((error) -> assertThat(error.getSuppressed()[0]).hasMessageContaining("'condition'"));
	}

	@Test
	void aFailedAssertionAndAnEndlessRecursionAreAnswers() {
		AtomicInteger asked = new AtomicInteger();
		settling(Duration.ZERO, Duration.ofSeconds(10)).await(List.of(condition(() -> switch (asked.incrementAndGet()) {
			case 1 -> throw new AssertionError("3 of 5");
			case 2 -> throw new StackOverflowError();
			default -> Settlement.done();
		})));
		assertThat(asked).hasValue(3);
	}

	@Test
	void aQuestionThatHangsIsInterruptedAndAskedAgain() {
		AtomicInteger asked = new AtomicInteger();
		settling(Duration.ZERO, Duration.ofMillis(50)).await(List.of(condition(() -> {
			if (asked.incrementAndGet() == 1) {
				new CountDownLatch(1).await();
			}
			return Settlement.done();
		})));
		assertThat(asked).hasValue(2);
	}

	@Test
	void aQuestionThatCannotBeInterruptedIsShownAndAskedByNobodyElse() {
		AtomicInteger asked = new AtomicInteger();
		AtomicBoolean hanging = new AtomicBoolean(true);
		CompletableFuture<Void> settled = CompletableFuture
			.runAsync(() -> settling(Duration.ZERO, Duration.ofMillis(50)).await(List.of(condition(() -> {
				asked.incrementAndGet();
				while (hanging.get()) {
					Thread.onSpinWait();
				}
				return Settlement.done();
			}))));
		Awaitility.await()
			.until(() -> this.gate.snapshot()
				.unsettled()
				.stream()
				.anyMatch((one) -> one.answer().equals("no answer within 50 ms")));
		hanging.set(false);
		settled.join();
		assertThat(asked).hasValue(1);
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " " })
	void anAnswerWithoutAReasonIsNotYet(@Nullable String why) {
		assertThat(Settlement.notYet(why)).hasToString("no reason given");
		AtomicInteger asked = new AtomicInteger();
		settling(Duration.ZERO, Duration.ofSeconds(10)).await(
				List.of(condition(() -> (asked.incrementAndGet() == 1) ? Settlement.notYet(why) : Settlement.done())));
		assertThat(asked).hasValue(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "settled", "error", "interrupt" })
	void thatABlockedReplicaGoesOnIsSaidOnlyIfItDoes(String end, CapturedOutput output) {
		this.gate.moveTo(GateState.SETTLING);
		Thread waiting = Thread.currentThread();
		SettleCondition condition = condition(() -> {
			if (this.gate.snapshot().state() != GateState.BLOCKED) {
				return Settlement.notYet("1 of 2");
			}
			return switch (end) {
				case "settled" -> Settlement.done();
				case "error" -> throw new NoClassDefFoundError("library");
				default -> {
					waiting.interrupt();
					yield Settlement.notYet("1 of 2");
				}
			};
		});
		SettleWait settling = new SettleWait(this.gate, Time.system(), this.threads,
				new SettleSettings(Duration.ofMillis(50), Duration.ofMillis(10), Duration.ZERO, Duration.ofSeconds(10)),
				RuntimeException::getMessage);
		Throwable failure = catchThrowable(() -> settling.await(List.of(condition)));
		assertThat(Thread.interrupted()).isEqualTo(end.equals("interrupt"));
		assertThat(output).contains("This replica is blocked");
		if (end.equals("settled")) {
			assertThat(failure).isNull();
			assertThat(output).containsOnlyOnce("This replica goes on after 0 s of settling");
		}
		else {
			assertThat(failure).isInstanceOfAny(ConditionFailedException.class, StartAbandonedException.class);
			assertThat(output).doesNotContain("goes on after");
		}
		assertThat(this.gate.snapshot().state()).as("what follows may block it anew").isEqualTo(GateState.SETTLING);
	}

	@Test
	void exceptionsAreCounted() {
		assertThatExceptionOfType(SettleTimeoutException.class)
			.isThrownBy(() -> settling(Duration.ofSeconds(5)).await(List.of(condition(() -> {
				throw new IllegalStateException("no index");
			}))))
			.withMessageMatching(".*'condition'.*no index \\(exception \\d+\\).*");
	}

	@Test
	void oneThatFlapsMustHoldForTheWholeTimeAgain() {
		Duration stableFor = Duration.ofSeconds(3);
		AtomicInteger asked = new AtomicInteger();
		AtomicLong unsettled = new AtomicLong();
		settling(stableFor, Duration.ofSeconds(10)).await(List.of(condition(() -> {
			if (asked.incrementAndGet() == 2) {
				unsettled.set(System.nanoTime());
				return Settlement.notYet("again");
			}
			return Settlement.done();
		})));
		assertThat(asked).hasValueGreaterThan(2);
		assertThat(Duration.ofNanos(System.nanoTime() - unsettled.get())).isGreaterThanOrEqualTo(stableFor);
	}

	private SettleWait settling(Duration timeout) {
		return settling(new SettleSettings(timeout, Duration.ofMillis(10), Duration.ZERO, Duration.ofSeconds(10)));
	}

	private SettleWait settling(Duration stableFor, Duration answerTimeout) {
		return settling(new SettleSettings(Duration.ofSeconds(30), Duration.ofMillis(10), stableFor, answerTimeout));
	}

	private SettleWait settling(SettleSettings settings) {
		return new SettleWait(this.gate, Time.system(), this.threads, settings, null);
	}

	private static SettleCondition condition(Callable<Settlement> answer) {
		return new Condition("condition", answer);
	}

}
