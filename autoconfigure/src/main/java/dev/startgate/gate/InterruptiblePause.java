package dev.startgate.gate;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Pauses without a timed wait: at SIGTERM Spring interrupts the thread that starts the
 * application only if it waits without a time limit
 * ({@code AbstractApplicationContext.close()}). Another thread ends the pause. If the
 * executors are closed, the pause ends as if it was interrupted.
 */
public final class InterruptiblePause implements Pause {

	/** How long a wait for an event may outlast the interrupted pause. */
	private static final Duration PART = Duration.ofMillis(200);

	private final StartExecutors threads;

	private final Time time;

	/**
	 * Create a pause.
	 * @param threads the threads that end the pause
	 * @param time the time
	 */
	public InterruptiblePause(StartExecutors threads, Time time) {
		this.threads = threads;
		this.time = time;
	}

	@Override
	public void pause(Duration duration) throws InterruptedException {
		await(() -> this.threads.timers().schedule(() -> {
		}, duration.toNanos(), TimeUnit.NANOSECONDS));
	}

	@Override
	public void pause(Duration duration, Predicate<Duration> event) throws InterruptedException {
		AtomicBoolean awaited = new AtomicBoolean(true);
		try {
			await(() -> this.threads.workers().submit(() -> await(duration, event, awaited)));
		}
		finally {
			awaited.set(false);
		}
	}

	private static void await(Supplier<Future<?>> end) throws InterruptedException {
		try {
			end.get().get();
		}
		catch (RejectedExecutionException | CancellationException ex) {
			throw new InterruptedException("The application is closed");
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof CancellationException) {
				throw new InterruptedException("The application is closed");
			}
			throw new IllegalStateException(ex.getCause());
		}
	}

	private void await(Duration duration, Predicate<Duration> event, AtomicBoolean awaited) {
		long began = this.time.nanoTime();
		Duration left = duration;
		while (awaited.get() && left.compareTo(Duration.ZERO) > 0
				&& !event.test((left.compareTo(PART) < 0) ? left : PART)) {
			if (Thread.currentThread().isInterrupted()) {
				throw new CancellationException();
			}
			left = duration.minus(this.time.since(began));
		}
	}

}
