package dev.startgate.probe;

import java.time.Duration;

/**
 * Asks again and again, many times a second.
 */
final class Prober implements AutoCloseable {

	private final Thread thread;

	private volatile boolean stopped;

	private volatile long longestFailure;

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
			if (Answer.get(port, path).status() == 200) {
				this.longestFailure = Math.max(this.longestFailure, System.nanoTime() - lastSuccess);
				lastSuccess = System.nanoTime();
			}
		}
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
