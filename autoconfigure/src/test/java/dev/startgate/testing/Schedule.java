package dev.startgate.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/**
 * One order of the steps of several threads, of which one runs at a time. A thread stops
 * before each step, and goes on when it is chosen. A thread that waits for another one
 * counts as stopped, too. The orders are random, but the same each time.
 * {@code -Dschedules} sets their number, which is small by default.
 */
public final class Schedule {

	private static final int ORDERS = Integer.getInteger("schedules", 40);

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	/** How often threads are seen to wait before they count as waiting. */
	private static final int LOOKS = 4;

	private final ThreadGroup group = new ThreadGroup("schedule");

	private final List<Thread> started = new ArrayList<>();

	private final Map<Thread, String> stopped = new LinkedHashMap<>();

	private final List<String> steps = new ArrayList<>();

	private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());

	private final int seed;

	private final Random random;

	private Thread chosen;

	private Thread last;

	private boolean over;

	private Schedule(int seed) {
		this.seed = seed;
		this.random = new Random(seed);
	}

	/**
	 * Try a scenario in many orders.
	 * @param scenario starts threads, runs them, and checks what came of it
	 */
	public static void tryOrders(Scenario scenario) {
		for (int seed = 0; seed < ORDERS; seed++) {
			Schedule schedule = new Schedule(seed);
			try {
				scenario.accept(schedule);
			}
			catch (Exception | AssertionError ex) {
				throw new AssertionError("In order " + seed + ": " + String.join("; ", schedule.steps), ex);
			}
		}
	}

	/**
	 * Add a thread, whose first step is to begin.
	 */
	public void start(String name, Callable<?> task) {
		this.started.add(new Thread(this.group, () -> {
			step("begins");
			try {
				task.call();
			}
			catch (Exception | AssertionError ex) {
				this.failures.add(ex);
			}
		}, name));
	}

	/**
	 * Stop the current thread before a step until it is chosen. A thread that neither
	 * belongs to this schedule nor was started by one that does goes on at once.
	 */
	public void step(String what) {
		Thread thread = Thread.currentThread();
		if (thread.getThreadGroup() != this.group) {
			return;
		}
		boolean interrupted = false;
		synchronized (this) {
			this.stopped.put(thread, what);
			while (!this.over && this.chosen != thread) {
				try {
					wait();
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
			this.stopped.remove(thread);
			this.chosen = null;
		}
		if (interrupted) {
			thread.interrupt();
		}
	}

	/**
	 * Run the threads, and return when all of them have ended.
	 */
	public void run() {
		this.started.forEach(Thread::start);
		try {
			boolean on = true;
			while (on) {
				on = goOn();
			}
		}
		finally {
			synchronized (this) {
				this.over = true;
				notifyAll();
			}
		}
		for (Throwable failure : this.failures) {
			throw new AssertionError(failure);
		}
	}

	/**
	 * Choose a thread as soon as each one is stopped, or waits for another one.
	 * @return {@code false} if there is no thread left to choose
	 */
	private boolean goOn() {
		long began = System.nanoTime();
		int looks = 0;
		while (true) {
			synchronized (this) {
				List<Thread> going = going();
				looks = isRunning(going) ? 0 : looks + 1;
				if (looks == LOOKS || (looks > 0 && going.isEmpty())) {
					return choose();
				}
				if (System.nanoTime() - began > PATIENCE.toNanos()) {
					throw new AssertionError("Nobody goes on: " + going);
				}
			}
			LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
		}
	}

	/** If no thread is stopped, threads in a timed wait go on by themselves. */
	private boolean isRunning(List<Thread> going) {
		return this.chosen != null || going.stream().anyMatch((thread) -> thread.getState() == Thread.State.RUNNABLE)
				|| (this.stopped.isEmpty() && going.stream().anyMatch(this.started::contains));
	}

	private boolean choose() {
		List<Thread> all = this.stopped.keySet()
			.stream()
			.sorted(Comparator.comparing((Thread thread) -> thread != this.last).thenComparing(this::rank))
			.toList();
		if (!all.isEmpty()) {
			this.chosen = all.get(goesOn() ? 0 : this.random.nextInt(all.size()));
			this.last = this.chosen;
			this.steps.add(this.chosen.getName() + " " + this.stopped.get(this.chosen));
			notifyAll();
		}
		return !all.isEmpty();
	}

	/** In many orders mostly the same thread goes on, so that others fall far behind. */
	private boolean goesOn() {
		return this.random.nextInt(1 + this.seed % 8) > 0;
	}

	private long rank(Thread thread) {
		return new Random(31L * thread.getName().hashCode() + this.seed).nextLong();
	}

	private List<Thread> going() {
		Thread[] live = new Thread[this.group.activeCount() + 8];
		int count = this.group.enumerate(live);
		return Arrays.stream(live, 0, count).filter((thread) -> !this.stopped.containsKey(thread)).toList();
	}

	/**
	 * Starts threads, runs them, and checks the result.
	 */
	@FunctionalInterface
	public interface Scenario {

		void accept(Schedule schedule) throws Exception;

	}

}
