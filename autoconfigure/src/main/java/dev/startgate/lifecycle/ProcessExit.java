package dev.startgate.lifecycle;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import dev.startgate.gate.StartExecutors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ConfigurableApplicationContext;

/**
 * Ends the JVM, even if libraries of the application have left threads running.
 */
public final class ProcessExit {

	private static final Logger logger = LoggerFactory.getLogger(ProcessExit.class);

	private static final int PATIENCE_SECONDS = 15;

	private ProcessExit() {
	}

	/**
	 * Close the context and end. Does not return.
	 * @param context the context, which may be about to be started by this thread
	 * @param code the exit code
	 */
	public static void now(ConfigurableApplicationContext context, int code) {
		haltLater(code);
		try {
			context.close();
		}
		finally {
			System.exit(code);
		}
	}

	/**
	 * End with exit code 1 once this thread has ended.
	 */
	public static void afterThisThread() {
		Thread starting = Thread.currentThread();
		daemon(() -> {
			starting.join();
			System.exit(1);
		});
	}

	/**
	 * End with exit code 1 if this process still runs after a time. A context does not
	 * close while the thread that starts it is busy in code of the application.
	 * @param timeout the time
	 * @param timers runs the end
	 * @param setting the setting that says so, for people
	 */
	public static void after(Duration timeout, ScheduledExecutorService timers, String setting) {
		timers.schedule(() -> {
			logger.error("This replica is not done after {} s ({}), and ends with exit code 1", timeout.toSeconds(),
					setting);
			haltLater(1);
			daemon(() -> System.exit(1));
		}, timeout.toMillis(), TimeUnit.MILLISECONDS);
	}

	private static void haltLater(int code) {
		daemon(() -> {
			TimeUnit.SECONDS.sleep(PATIENCE_SECONDS);
			logger.warn("The application did not close within {} s, and is ended without", PATIENCE_SECONDS);
			Runtime.getRuntime().halt(code);
		});
	}

	private static void daemon(Task task) {
		StartExecutors.daemon("exit", () -> {
			try {
				task.run();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}).start();
	}

	/**
	 * Something that takes time.
	 */
	@FunctionalInterface
	private interface Task {

		void run() throws InterruptedException;

	}

}
