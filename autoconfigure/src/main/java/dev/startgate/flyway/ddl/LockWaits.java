package dev.startgate.flyway.ddl;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import dev.startgate.coordination.Backoff;
import dev.startgate.gate.Gate;
import dev.startgate.gate.HumanReadable;
import dev.startgate.gate.StartCounter;
import dev.startgate.gate.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long one migration has been waiting for strong locks. The time goes on if the whole
 * migration is tried again.
 */
public final class LockWaits {

	private static final Logger logger = LoggerFactory.getLogger(LockWaits.class);

	private static final Duration SAY_AGAIN = Duration.ofSeconds(10);

	private final DdlPatience patience;

	private final Gate gate;

	private final Time time;

	private @Nullable Long began;

	private @Nullable Long saidAt;

	private @Nullable Backoff pauses;

	private long attempts;

	private boolean asWhole;

	private boolean onlyOnce;

	/**
	 * Create the waits of one run of migrations.
	 * @param patience how long a statement waits
	 * @param gate counts the waits
	 * @param time the time
	 */
	public LockWaits(DdlPatience patience, Gate gate, Time time) {
		this.patience = patience;
		this.gate = gate;
		this.time = time;
	}

	DdlPatience patience() {
		return this.patience;
	}

	/**
	 * A statement is about to be attempted.
	 */
	void attempts() {
		if (this.began == null) {
			this.began = this.time.nanoTime();
		}
		this.attempts++;
	}

	/**
	 * A statement got its lock, or is not tried again.
	 */
	void ended() {
		if (!this.asWhole) {
			forget();
		}
	}

	/**
	 * The transaction was committed, or is not tried again.
	 */
	void reset() {
		forget();
		this.onlyOnce = false;
	}

	private void forget() {
		this.began = null;
		this.saidAt = null;
		this.pauses = null;
		this.attempts = 0;
		this.asWhole = false;
	}

	/**
	 * A run has failed. The next one may come much later, and its wait begins anew,
	 * unless the run is tried again because of earlier locks.
	 * @param failure what has failed
	 */
	public void failed(RuntimeException failure) {
		if (EarlierLocksException.pause(failure).isEmpty()) {
			reset();
		}
	}

	/**
	 * The whole migration is tried again, and the wait goes on.
	 */
	void asWhole() {
		this.asWhole = true;
	}

	/**
	 * The transaction does something that a rollback leaves. With a group of migrations
	 * that is also true for those that follow in it.
	 */
	void onlyOnce() {
		this.onlyOnce = true;
	}

	boolean isOnlyOnce() {
		return this.onlyOnce;
	}

	/**
	 * A statement did not get its lock, and steps back.
	 * @param subject the migration and the statement
	 * @param blockers the sessions that block it
	 * @param miss what the database said
	 * @return how long traffic is let through
	 * @throws LockWaitGivenUpException if it is not to be tried again
	 */
	Duration missed(String subject, List<Blocker> blockers, SQLException miss) throws LockWaitGivenUpException {
		Duration left = count(subject, blockers, miss);
		if (this.pauses == null) {
			this.pauses = this.patience.pauses(ThreadLocalRandom.current()::nextDouble);
		}
		Duration next = this.pauses.next();
		Duration pause = (next.compareTo(left) < 0) ? next : left;
		if (this.saidAt == null || this.time.since(this.saidAt).compareTo(SAY_AGAIN) >= 0) {
			this.saidAt = this.time.nanoTime();
			logger.warn(
					"{}. It has stepped back after attempt {}, so that others can use the table, and tries again in {}. {} of "
							+ "at most {} have passed{}",
					what(subject, blockers), this.attempts, HumanReadable.duration(pause),
					HumanReadable.duration(waited()), HumanReadable.duration(this.patience.giveUpAfter()),
					byHand(blockers));
		}
		return pause;
	}

	/**
	 * A statement did not get its lock, can't step back, and waits without a limit.
	 * @param subject the migration and the statement
	 * @param blockers the sessions that block it
	 * @param miss what the database said
	 * @throws LockWaitGivenUpException if it is not to be tried again
	 */
	void waitsOn(String subject, List<Blocker> blockers, SQLException miss) throws LockWaitGivenUpException {
		count(subject, blockers, miss);
		logger.warn("{} without a time-out: its transaction has other locks that it can't give back{}",
				what(subject, blockers), byHand(blockers));
	}

	/**
	 * Count a miss.
	 * @return how long the statement may go on trying
	 */
	private Duration count(String subject, List<Blocker> blockers, SQLException miss) throws LockWaitGivenUpException {
		Duration waited = waited();
		Duration left = this.patience.giveUpAfter().minus(waited);
		if (left.isNegative() || left.isZero()) {
			throw new LockWaitGivenUpException(subject, blockers, waited, this.attempts, miss);
		}
		this.gate.journal().retry(StartCounter.LOCK_MISSED, this.time.instant(), what(subject, blockers));
		return left;
	}

	private Duration waited() {
		return (this.began != null) ? this.time.since(this.began) : Duration.ZERO;
	}

	private static String what(String subject, List<Blocker> blockers) {
		return "%s waits for %s".formatted(subject, of(blockers));
	}

	void paused(Duration pause) {
		this.gate.journal().count(StartCounter.MILLISECOND_PAUSED, pause.toMillis());
	}

	private static String byHand(List<Blocker> blockers) {
		if (blockers.isEmpty()) {
			return "";
		}
		Blocker blocker = blockers.get(0);
		return "; to end what it waits for by hand: " + blocker.endStatement()
				+ (blocker.caution().isEmpty() ? "" : ". " + blocker.caution());
	}

	static String of(List<Blocker> blockers) {
		return switch (blockers.size()) {
			case 0 -> "a lock on a table, and it can't be seen who has it";
			case 1 -> blockers.get(0).describe();
			default -> blockers.get(0).describe() + ", and for " + (blockers.size() - 1) + " more";
		};
	}

}
