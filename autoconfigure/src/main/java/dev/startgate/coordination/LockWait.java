package dev.startgate.coordination;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.StepKind;
import dev.startgate.gate.Gate;
import dev.startgate.gate.HumanReadable;
import dev.startgate.gate.RunningStep;
import dev.startgate.gate.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tracks for whom and for how long one replica waits for others, and logs it.
 */
final class LockWait {

	private static final Logger logger = LoggerFactory.getLogger(LockWait.class);

	private static final Duration FIRST_DELAY = Duration.ofMillis(100);

	private static final Duration LONGEST_DELAY = Duration.ofMillis(900);

	private static final Duration SAY_AGAIN = Duration.ofSeconds(30);

	private final String lockName;

	private final Gate gate;

	private final Time time;

	private final @Nullable Duration maxWait;

	private final Backoff backoff = new Backoff(FIRST_DELAY, LONGEST_DELAY);

	private final BlockerNews blockers;

	private @Nullable Holder lastHolder;

	private @Nullable Long own;

	private boolean late;

	private Set<String> lastLeft = Set.of();

	private @Nullable Long began;

	private Duration ended = Duration.ZERO;

	private @Nullable Long missed;

	private @Nullable Long losing;

	private boolean rowLocked;

	private @Nullable RunningStep timing;

	private long said;

	LockWait(String lockName, Gate gate, Time time, @Nullable Duration maxWait) {
		this.lockName = lockName;
		this.gate = gate;
		this.time = time;
		this.maxWait = maxWait;
		this.blockers = new BlockerNews(time);
	}

	/** Return whether this replica has seen a holder meanwhile. */
	boolean hasBegun() {
		return this.lastHolder != null;
	}

	@Nullable Holder lastHolder() {
		return this.lastHolder;
	}

	/**
	 * This replica has lost its connection. Its lease may remain for a while.
	 */
	void lost(Holder lease) {
		this.own = lease.generation();
	}

	private boolean isOwn(Holder holder) {
		return this.own != null && this.own == holder.generation();
	}

	Backoff backoff() {
		return this.backoff;
	}

	void saw(Holder holder, @Nullable Progress progress) {
		this.missed = null;
		this.losing = null;
		boolean other = this.lastHolder == null || this.lastHolder.generation() != holder.generation();
		this.lastHolder = holder;
		if (other) {
			beginStep(isOwn(holder) ? "the earlier lease of this replica" : "replica '" + holder.replica() + "'");
		}
		boolean wasLate = this.late;
		this.late = ShownHolder.isLate(holder, this.time);
		if (isToBeSaid(this.blockers.isIn(progress) || other || (this.late && !wasLate),
				(waited) -> LockWaitExceededException.forHolder(this.lockName, holder, waited))) {
			say(holder, progress);
		}
	}

	private void say(Holder holder, @Nullable Progress progress) {
		if (isOwn(holder)) {
			logger.info(
					"This replica '{}' waits for its own earlier lease on '{}' (generation {}), which runs out by itself",
					holder.replica(), this.lockName, holder.generation());
		}
		else {
			logger.info("Waiting for replica '{}' (generation {}), which has had the lock '{}' since {}{}{}",
					holder.replica(), holder.generation(), this.lockName,
					holder.since().truncatedTo(ChronoUnit.SECONDS), ShownHolder.describeRenewal(holder, this.time),
					ShownHolder.describe(progress));
		}
	}

	/**
	 * Nobody has the lock, but this replica did not get it. Another replica was faster,
	 * or it froze while it acquired or renewed the lock.
	 */
	void missed() {
		this.missed = (this.missed != null) ? this.missed : this.time.nanoTime();
		boolean before = this.rowLocked;
		Duration waited = this.time.since(this.missed);
		this.rowLocked = waited.compareTo(ShownHolder.LATE) >= 0
				|| (this.maxWait != null && waited.compareTo(this.maxWait) >= 0);
		if (this.rowLocked && isToBeSaid(!before, (all) -> LockWaitExceededException.forRow(this.lockName, all))) {
			logger.info("Nobody has the lock '{}', but {}", this.lockName, LockWaitExceededException.ROW);
		}
	}

	/** This replica had the lock, and lost it before it could begin to work. */
	void lostBeforeWork() {
		this.losing = (this.losing != null) ? this.losing : this.time.nanoTime();
		Duration waited = this.time.since(this.losing);
		if (this.maxWait != null && waited.compareTo(this.maxWait) >= 0) {
			throw LockWaitExceededException.forLoss(this.lockName, waited);
		}
	}

	/**
	 * This replica has the lock, but earlier holders are still at work.
	 */
	void saw(List<Unsettled> left) {
		this.missed = null;
		Set<String> names = left.stream().map(Unsettled::name).collect(Collectors.toSet());
		boolean other = !this.lastLeft.containsAll(names);
		this.lastLeft = names;
		if (other) {
			beginStep("what earlier holders have left");
		}
		if (isToBeSaid(other, (waited) -> LockWaitExceededException.forLeft(this.lockName, left, waited))) {
			left.forEach((one) -> logger.info("This replica has the lock '{}', but waits for {}, {}", this.lockName,
					one.name(), one.answer()));
		}
	}

	private void beginStep(String subject) {
		endStep();
		this.timing = this.gate.begin(StepKind.WAIT, subject);
	}

	/** This replica no longer waits, for whatever reason. */
	void endStep() {
		if (this.timing != null) {
			this.timing.close();
			this.timing = null;
		}
	}

	private boolean isToBeSaid(boolean other, Function<Duration, LockWaitExceededException> exceeded) {
		if (this.began == null) {
			this.began = (this.missed != null) ? this.missed : this.time.nanoTime();
		}
		Duration waited = this.ended.plus(this.time.since(this.began));
		if (this.maxWait != null && waited.compareTo(this.maxWait) >= 0) {
			throw exceeded.apply(waited);
		}
		boolean due = other || this.time.since(this.said).compareTo(SAY_AGAIN) >= 0;
		if (due) {
			this.said = this.time.nanoTime();
		}
		return due;
	}

	/**
	 * End the wait, and log for whom and for how long this replica waited.
	 * @return the time waited, earlier waits included
	 */
	Duration end() {
		endStep();
		this.missed = null;
		this.losing = null;
		if (this.began != null) {
			Duration waited = this.time.since(this.began);
			this.began = null;
			this.ended = this.ended.plus(waited);
			logger.info("Waited {} for {}", HumanReadable.seconds(waited), describe(this.lastHolder));
		}
		return this.ended;
	}

	private String describe(@Nullable Holder holder) {
		if (holder == null) {
			return this.lastLeft.isEmpty() ? "the locked row of the lock" : "what earlier holders had left";
		}
		return (isOwn(holder) ? "its own earlier lease" : "replica '" + holder.replica() + "'") + " (generation "
				+ holder.generation() + ")";
	}

}
