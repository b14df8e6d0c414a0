package dev.startgate.probe;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

import org.awaitility.Awaitility;

/**
 * Requests a path again and again, many times a second.
 */
final class Prober implements AutoCloseable {

	private final Thread thread;

	private volatile boolean stopped;

	private volatile long longestFailure;

	private final Set<Integer> statuses = new ConcurrentSkipListSet<>();

	private final AtomicLong answers = new AtomicLong();

	private Prober(int port, String path) {
		this.thread = new Thread(() -> ask(port, path), "prober");
	}

	static Prober start(int port, String path) {
		Prober prober = new Prober(port, path);
		prober.thread.start();
		return prober;
	}

	private void ask(int port, String path) {
		long lastSuccess = System.nanoTime();
		while (!this.stopped) {
			int status = Answer.get(port, path).status();
			if (status != Answer.NONE) {
				this.statuses.add(status);
				this.answers.incrementAndGet();
			}
			if (status == 200) {
				this.longestFailure = Math.max(this.longestFailure, System.nanoTime() - lastSuccess);
				lastSuccess = System.nanoTime();
			}
		}
	}

	/**
	 * Return each status of the answers so far.
	 */
	Set<Integer> statuses() {
		return this.statuses;
	}

	/**
	 * Wait for some more answers.
	 */
	void awaitAnswers(int count) {
		long enough = this.answers.get() + count;
		Awaitility.await().until(() -> this.answers.get() >= enough);
	}

	/**
	 * Return the longest time from one success to the next.
	 */
	Duration longestFailure() {
		return Duration.ofNanos(this.longestFailure);
	}

	@Override
	public void close() throws InterruptedException {
		this.stopped = true;
		this.thread.join();
		System.out.println("Longest time from one success to the next: " + longestFailure());
	}

}
