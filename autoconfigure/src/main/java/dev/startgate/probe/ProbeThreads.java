package dev.startgate.probe;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The few daemon threads that read requests and answer them. One that takes too long is
 * interrupted, which ends its connection.
 */
final class ProbeThreads implements Executor, AutoCloseable {

	private static final int THREADS = 4;

	private static final int QUEUED = 64;

	private static final int IDLE_SECONDS = 5;

	private final AtomicInteger count = new AtomicInteger();

	private final ThreadPoolExecutor pool = new ThreadPoolExecutor(THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS,
			new ArrayBlockingQueue<>(QUEUED), this::daemon);

	private final ScheduledExecutorService timers;

	private final Duration patience;

	/**
	 * Create the threads, none of which runs yet.
	 * @param timers run short tasks at a time
	 * @param patience how long one request may take
	 */
	ProbeThreads(ScheduledExecutorService timers, Duration patience) {
		this.timers = timers;
		this.patience = patience;
		this.pool.allowCoreThreadTimeOut(true);
	}

	private Thread daemon(Runnable task) {
		Thread thread = new Thread(task, "startgate-probe-" + this.count.incrementAndGet());
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Handle a request.
	 * @throws RejectedExecutionException if too many are waiting
	 */
	@Override
	public void execute(Runnable request) {
		this.pool.execute(() -> {
			FutureTask<?> task = new FutureTask<>(request, null);
			Future<?> timeout = this.timers.schedule(() -> task.cancel(true), this.patience.toNanos(),
					TimeUnit.NANOSECONDS);
			task.run();
			timeout.cancel(false);
		});
	}

	@Override
	public void close() {
		this.pool.shutdownNow();
	}

}
