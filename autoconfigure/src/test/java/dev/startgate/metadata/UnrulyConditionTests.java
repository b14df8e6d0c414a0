package dev.startgate.metadata;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.startgate.SettleCondition;
import dev.startgate.Settlement;
import dev.startgate.gate.Gate;
import dev.startgate.gate.Threads;
import dev.startgate.gate.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Conditions that do not behave.
 */
class UnrulyConditionTests {

	private final Gate gate = new Gate("me", Time.system());

	private final Threads threads = new Threads();

	private final Settling settling = new Settling(this.gate, Time.system(), this.threads,
			new SettleSettings(Duration.ofMillis(50), Duration.ofMillis(10), Duration.ZERO, Duration.ofSeconds(10)),
			null);

	@AfterEach
	void close() {
		this.threads.close();
	}

	@Test
	void anAnswerThatComesTooLateIsNotShownAnyMore() throws InterruptedException {
		CountDownLatch hanging = new CountDownLatch(1);
		assertThatExceptionOfType(SettleTimeoutException.class)
			.isThrownBy(() -> this.settling.await(List.of(condition(() -> {
				hanging.await();
				return Settlement.notYet("late");
			}))));
		hanging.countDown();
		this.threads.workers().shutdown();
		assertThat(this.threads.workers().awaitTermination(5, TimeUnit.SECONDS)).isTrue();
		assertThat(this.gate.snapshot().unsettled()).isEmpty();
	}

	@Test
	void anErrorIsNoAnswer() {
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> this.settling.await(List.of(condition(() -> {
				throw new NoSuchMethodError("library");
			}))))
			.withRootCauseInstanceOf(NoSuchMethodError.class);
	}

	private static SettleCondition condition(Question question) {
		return new SettleCondition() {

			@Override
			public String name() {
				return "condition";
			}

			@Override
			public Settlement settled() throws Exception {
				return question.ask();
			}

		};
	}

	private interface Question {

		Settlement ask() throws Exception;

	}

}
