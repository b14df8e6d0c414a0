package dev.startgate.coordination;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Unsettled;
import org.jspecify.annotations.Nullable;

/**
 * The configured backstop for waiting has passed.
 */
public class LockWaitExceededException extends RuntimeException {

	static final String ROW = "a session that is in a transaction has locked its row, perhaps that of a replica that "
			+ "is frozen. To find it, look into pg_stat_activity (PostgreSQL) or information_schema.innodb_trx (MySQL "
			+ "and MariaDB)";

	private final WaitedFor waitedFor;

	private final @Nullable Holder holder;

	private LockWaitExceededException(Duration waited, String what, WaitedFor waitedFor, @Nullable Holder holder) {
		super("Waited " + waited.toSeconds() + what);
		this.waitedFor = waitedFor;
		this.holder = holder;
	}

	/**
	 * Another replica has the lock.
	 */
	static LockWaitExceededException forHolder(String lockName, Holder holder, Duration waited) {
		return new LockWaitExceededException(waited, " s for the lock '" + lockName + "', which replica '"
				+ holder.replica() + "' has had since " + holder.since().truncatedTo(ChronoUnit.SECONDS),
				WaitedFor.HOLDER, holder);
	}

	/**
	 * This replica has the lock, but earlier holders are still at work.
	 */
	static LockWaitExceededException forLeft(String lockName, List<Unsettled> left, Duration waited) {
		return new LockWaitExceededException(waited,
				left.stream()
					.map((one) -> one.name() + ", " + one.answer())
					.collect(Collectors.joining("; ",
							" s for what earlier holders of the lock '" + lockName + "' have left: ", "")),
				WaitedFor.LEFT, null);
	}

	/**
	 * Nobody has the lock, but its row is locked.
	 */
	static LockWaitExceededException forRow(String lockName, Duration waited) {
		return new LockWaitExceededException(waited, " s for the lock '" + lockName + "', which nobody has, but " + ROW,
				WaitedFor.ROW, null);
	}

	/**
	 * This replica got the lock, and lost it each time.
	 */
	static LockWaitExceededException forLoss(String lockName, Duration waited) {
		return new LockWaitExceededException(waited,
				" s for the lock '" + lockName + "', which this replica had and lost again before it could begin",
				WaitedFor.SELF, null);
	}

	/**
	 * This replica waits for others to do the work.
	 */
	static LockWaitExceededException forWork(String workName, String reason, @Nullable Holder holder, Duration waited) {
		return new LockWaitExceededException(waited, " s for others to do the " + workName + ": " + reason,
				(holder != null) ? WaitedFor.HOLDER : WaitedFor.NOBODY, holder);
	}

	/**
	 * Return who could have ended the wait.
	 * @return who could have ended it
	 */
	public WaitedFor getWaitedFor() {
		return this.waitedFor;
	}

	/**
	 * Return who had the lock at the last look.
	 * @return the holder, {@code null} if no holder was seen
	 */
	public @Nullable Holder getHolder() {
		return this.holder;
	}

	/**
	 * Who could end the wait.
	 */
	public enum WaitedFor {

		/**
		 * A replica that has the lock.
		 */
		HOLDER,

		/**
		 * A session of an earlier holder.
		 */
		LEFT,

		/**
		 * A session that has locked the row of the lock.
		 */
		ROW,

		/**
		 * This replica, which had the lock.
		 */
		SELF,

		/**
		 * No replica: nobody was seen to have the lock.
		 */
		NOBODY

	}

}
