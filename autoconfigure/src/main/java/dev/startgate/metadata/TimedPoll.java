package dev.startgate.metadata;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.startgate.SettleCondition;
import dev.startgate.Settlement;
import dev.startgate.gate.StartExecutors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a condition, and turns its exceptions into answers. They are counted; a failed
 * assertion and an endless recursion are exceptions here. A question without an answer in
 * time is reported and interrupted. Only one thread may ask at a time.
 */
final class TimedPoll {

	private static final Logger logger = LoggerFactory.getLogger(TimedPoll.class);

	private final SettleCondition condition;

	private final StartExecutors threads;

	private final Duration timeout;

	private final Consumer<String> overdue;

	private @Nullable Thread asking;

	private boolean late;

	private int exceptions;

	/**
	 * Create a new poll.
	 * @param condition the condition to ask
	 * @param threads the threads
	 * @param timeout how long an answer may take
	 * @param overdue takes a message when an answer is overdue
	 */
	TimedPoll(SettleCondition condition, StartExecutors threads, Duration timeout, Consumer<String> overdue) {
		this.condition = condition;
		this.threads = threads;
		this.timeout = timeout;
		this.overdue = overdue;
	}

	/**
	 * Ask on the current thread, which is interrupted if the answer takes too long.
	 */
	Settlement ask() {
		begin();
		Future<?> deadline = this.threads.timers()
			.schedule(this::interrupt, this.timeout.toNanos(), TimeUnit.NANOSECONDS);
		try {
			Settlement settlement = this.condition.settled();
			return (settlement != null) ? settlement : Settlement.notYet("it answered null");
		}
		catch (Exception | AssertionError | StackOverflowError ex) {
			logger.debug("Condition '{}' failed to answer", this.condition.name(), ex);
			this.exceptions++;
			return Settlement.notYet((isLate() ? noAnswer() : ex.toString()) + " (exception " + this.exceptions + ")");
		}
		finally {
			deadline.cancel(false);
			end();
		}
	}

	private synchronized void begin() {
		this.asking = Thread.currentThread();
		this.late = false;
	}

	private void interrupt() {
		synchronized (this) {
			if (this.asking == null) {
				return;
			}
			this.late = true;
			this.asking.interrupt();
		}
		this.overdue.accept(noAnswer());
	}

	private synchronized boolean isLate() {
		return this.late;
	}

	/**
	 * Clear an interrupt that was meant for the question, before the thread does other
	 * work.
	 */
	private synchronized void end() {
		this.asking = null;
		if (this.late) {
			Thread.interrupted();
		}
	}

	private String noAnswer() {
		return "no answer within " + this.timeout.toMillis() + " ms";
	}

}
