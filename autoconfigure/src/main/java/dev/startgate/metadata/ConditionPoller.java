package dev.startgate.metadata;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.SettleCondition;
import dev.startgate.Settlement;
import dev.startgate.gate.MessageSanitizer;
import dev.startgate.gate.StartExecutors;
import dev.startgate.gate.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Asks one condition until it has held for long enough. A question that hangs delays no
 * other condition.
 */
final class ConditionPoller {

	private static final Logger logger = LoggerFactory.getLogger(ConditionPoller.class);

	private final SettleCondition condition;

	private final TimedPoll question;

	private final Duration pollInterval;

	private final Duration stableFor;

	private final Time time;

	private final StartExecutors threads;

	private final Runnable answered;

	private final CompletableFuture<Void> settled = new CompletableFuture<>();

	private final Instant since;

	private final long began;

	private volatile String answer = "no answer yet";

	private volatile boolean stopped;

	private @Nullable Long holdsSince;

	private boolean said;

	ConditionPoller(SettleCondition condition, SettleSettings settings, Time time, StartExecutors threads,
			Runnable answered) {
		this.condition = condition;
		this.question = new TimedPoll(condition, threads, settings.answerTimeout(condition), this::say);
		this.pollInterval = settings.pollInterval();
		this.stableFor = settings.stableFor(condition);
		this.time = time;
		this.threads = threads;
		this.answered = answered;
		this.since = time.instant();
		this.began = time.nanoTime();
	}

	CompletableFuture<Void> start() {
		this.threads.workers().execute(this::ask);
		return this.settled;
	}

	void stop() {
		this.stopped = true;
	}

	String name() {
		return this.condition.name();
	}

	boolean isSettled() {
		return this.settled.isDone();
	}

	Unsettled toUnsettled() {
		return new Unsettled(this.condition.name(), this.since, this.answer);
	}

	private void ask() {
		if (this.stopped) {
			return;
		}
		try {
			hear(this.question.ask());
		}
		catch (Throwable ex) {
			// unlike an exception, an error is not an answer
			this.settled.completeExceptionally(failure(ex));
		}
	}

	/**
	 * Return the failure of the wait. An error of the virtual machine stays what it is,
	 * because the process must not go on after it.
	 */
	private Throwable failure(Throwable thrown) {
		ConditionFailedException failure = new ConditionFailedException(this.condition.name(), thrown);
		if (thrown instanceof VirtualMachineError) {
			thrown.addSuppressed(new IllegalStateException(failure.getMessage()));
			return thrown;
		}
		return failure;
	}

	private void hear(Settlement settlement) {
		if (!settlement.isDone()) {
			this.holdsSince = null;
			say(settlement.why());
		}
		else {
			if (this.holdsSince == null) {
				this.holdsSince = this.time.nanoTime();
			}
			Duration holds = this.time.since(this.holdsSince);
			if (holds.compareTo(this.stableFor) >= 0) {
				this.settled.complete(null);
				logger.debug("'{}' is settled after {}", this.condition.name(), this.time.since(this.began));
				return;
			}
			say("settled, but not for " + this.stableFor.toMillis() + " ms yet");
		}
		if (!this.stopped) {
			this.threads.timers()
				.schedule(() -> this.threads.workers().execute(this::ask), this.pollInterval.toNanos(),
						TimeUnit.NANOSECONDS);
		}
	}

	/**
	 * Every answer is visible in the snapshot, and the log repeats the latest one from
	 * time to time. The first answer is logged here.
	 */
	private synchronized void say(String said) {
		String why = MessageSanitizer.hideCredentials(said);
		if (this.stopped || why.equals(this.answer)) {
			return;
		}
		this.answer = why;
		logger.atLevel(this.said ? Level.DEBUG : Level.INFO)
			.log("Waiting for '{}' to settle: {}", this.condition.name(), why);
		this.said = true;
		this.answered.run();
	}

}
