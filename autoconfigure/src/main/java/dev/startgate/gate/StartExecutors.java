package dev.startgate.gate;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one application's start: daemons, which end when they are idle. No other
 * type makes a thread.
 */
public final class StartExecutors implements AutoCloseable {

	private static final int TIMERS = 3;

	private static final int IDLE_SECONDS = 5;

	private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(TIMERS, daemons("timer-"));

	private final ThreadPoolExecutor workers = new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE_SECONDS,
			TimeUnit.SECONDS, new SynchronousQueue<>(), daemons("worker-"));

	public StartExecutors() {
		this.timers.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
		this.timers.allowCoreThreadTimeOut(true);
		this.timers.setRemoveOnCancelPolicy(true);
	}

	/**
	 * Return the executor for short tasks at a given time: pauses, deadlines, handing
	 * over to workers.
	 * @return the timers
	 */
	public ScheduledExecutorService timers() {
		return this.timers;
	}

	/**
	 * Return the executor for tasks that may hang: code of the application, use of a
	 * database.
	 * @return the workers
	 */
	public ExecutorService workers() {
		return this.workers;
	}

	@Override
	public void close() {
		// a cancelled task ends the pause of its thread
		this.timers.shutdownNow().forEach((task) -> ((Future<?>) task).cancel(true));
		this.workers.shutdownNow();
	}

	/**
	 * Return a thread for one task, which does not keep the JVM alive.
	 * @param role what comes after {@code startgate-} in its name
	 * @param task what it does once it is started
	 * @return the thread
	 */
	public static Thread daemon(String role, Runnable task) {
		Thread thread = thread(role, task);
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Return a thread for one task.
	 * @param role what comes after {@code startgate-} in its name
	 * @param task what it does once it is started
	 * @return the thread
	 */
	public static Thread thread(String role, Runnable task) {
		return new Thread(task, "startgate-" + role);
	}

	private static ThreadFactory daemons(String role) {
		AtomicInteger count = new AtomicInteger();
		return (task) -> daemon(role + count.incrementAndGet(), task);
	}

}
