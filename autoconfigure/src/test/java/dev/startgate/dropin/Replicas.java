package dev.startgate.dropin;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts two replicas in one JVM, and finds out whether they did something at the same
 * time.
 */
final class Replicas {

	private static final long LONG_ENOUGH = TimeUnit.MILLISECONDS.toNanos(400);

	private final CountDownLatch waiting = new CountDownLatch(1);

	private int inside;

	private int most;

	private long longEnough = LONG_ENOUGH;

	/**
	 * Expect both to do it at the same time. They wait longer for each other, because a
	 * busy machine may let one begin late.
	 */
	void meet() {
		this.longEnough = TimeUnit.SECONDS.toNanos(60);
	}

	/**
	 * Start two replicas at once and stop them.
	 * @param runner the application, in which this object becomes a bean
	 */
	void startTogether(ApplicationContextRunner runner) {
		ExecutorService threads = Executors.newFixedThreadPool(2);
		try {
			List<CompletableFuture<Void>> replicas = IntStream.rangeClosed(1, 2)
				.mapToObj((number) -> CompletableFuture.runAsync(() -> start(runner, number), threads))
				.toList();
			replicas.forEach(CompletableFuture::join);
		}
		finally {
			threads.shutdown();
		}
	}

	private void start(ApplicationContextRunner runner, int number) {
		runner.withBean(Replicas.class, () -> this)
			.withPropertyValues("startgate.replica-name=replica-" + number)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	/**
	 * Do something that lasts until the other replica does it too, or long enough to know
	 * that it does not.
	 */
	synchronized void doAlone() {
		this.inside++;
		this.most = Math.max(this.most, this.inside);
		notifyAll();
		try {
			long deadline = System.nanoTime() + this.longEnough;
			for (long left = this.longEnough; this.most < 2 && left > 0; left = deadline - System.nanoTime()) {
				TimeUnit.NANOSECONDS.timedWait(this, left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.inside--;
	}

	/**
	 * Report that one replica waits for the other.
	 */
	void otherWaits() {
		this.waiting.countDown();
	}

	void awaitOtherWaiting() {
		try {
			assertThat(this.waiting.await(120, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Return how many replicas did it at the same time.
	 */
	synchronized int atTheSameTime() {
		return this.most;
	}

}
