package dev.startgate.gate;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How a pause ends early.
 */
class InterruptiblePauseTests {

	private final StartExecutors threads = new StartExecutors();

	private final Pause pause = new InterruptiblePause(this.threads, Time.system());

	@AfterEach
	void close() {
		this.threads.close();
	}

	@Test
	void anEventEndsItAndItsTimeEndsWaitingForTheEvent() throws InterruptedException {
		AtomicInteger asked = new AtomicInteger();
		this.pause.pause(PATIENCE.multipliedBy(10), (part) -> asked.incrementAndGet() == 3);
		assertThat(asked).hasValue(3);
		this.pause.pause(Duration.ofMillis(50), (part) -> {
			sleep(part);
			return false;
		});
	}

	/**
	 * Spring interrupts a thread that waits without a time limit, and no other.
	 */
	@Test
	void itsThreadWaitsWithoutATimeLimitAndCanBeInterrupted() throws InterruptedException {
		CountDownLatch asked = new CountDownLatch(1);
		AtomicInteger more = new AtomicInteger();
		AtomicReference<Exception> thrown = new AtomicReference<>();
		Thread waiting = StartExecutors.daemon("test", () -> {
			try {
				this.pause.pause(PATIENCE.multipliedBy(10), (part) -> {
					asked.countDown();
					more.incrementAndGet();
					sleep(part);
					return false;
				});
			}
			catch (InterruptedException ex) {
				thrown.set(ex);
			}
		});
		waiting.start();
		asked.await();
		Awaitility.await().until(() -> waiting.getState() == Thread.State.WAITING);
		waiting.interrupt();
		waiting.join(PATIENCE.toMillis());
		assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
		int last = more.get();
		Awaitility.await().during(Duration.ofMillis(500)).until(() -> more.get() <= last + 1);
	}

	@Test
	void theEndOfTheApplicationEndsIt() {
		CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> pause(PATIENCE.multipliedBy(10)));
		Awaitility.await().during(Duration.ofMillis(100)).until(() -> !waiting.isDone());
		this.threads.close();
		assertThat(waiting).failsWithin(PATIENCE)
			.withThrowableThat()
			.havingRootCause()
			.isInstanceOf(InterruptedException.class);
		assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> this.pause.pause(Duration.ofMillis(1)));
		assertThatExceptionOfType(InterruptedException.class)
			.isThrownBy(() -> this.pause.pause(Duration.ofMillis(1), (part) -> true));
	}

	private void pause(Duration duration) {
		try {
			this.pause.pause(duration);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void sleep(Duration duration) {
		try {
			Thread.sleep(duration.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
