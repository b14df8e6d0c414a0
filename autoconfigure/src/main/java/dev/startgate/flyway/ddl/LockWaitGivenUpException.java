package dev.startgate.flyway.ddl;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import dev.startgate.gate.HumanReadable;

/**
 * A statement did not get a strong lock in any of its attempts. The exception has the SQL
 * state and the error code of the last answer of the database.
 */
public class LockWaitGivenUpException extends SQLException {

	private final String subject;

	private final transient List<Blocker> blockers;

	private final Duration waited;

	private final long attempts;

	LockWaitGivenUpException(String subject, List<Blocker> blockers, Duration waited, long attempts,
			SQLException cause) {
		super("%s did not get its lock in %s, in %s".formatted(subject, HumanReadable.duration(waited),
				HumanReadable.count(attempts, "attempt", "attempts")), cause.getSQLState(), cause.getErrorCode(),
				cause);
		this.subject = subject;
		this.blockers = List.copyOf(blockers);
		this.waited = waited;
		this.attempts = attempts;
	}

	/**
	 * Return what waited.
	 * @return the migration and its statement
	 */
	public String getSubject() {
		return this.subject;
	}

	/**
	 * Return the sessions that blocked it at the last look.
	 * @return the sessions, empty if they could not be seen
	 */
	public List<Blocker> getBlockers() {
		return (this.blockers != null) ? this.blockers : List.of();
	}

	/**
	 * Return how long it waited, pauses included.
	 * @return the time since its first attempt
	 */
	public Duration getWaited() {
		return this.waited;
	}

	/**
	 * Return how often it was tried.
	 * @return the number of attempts
	 */
	public long getAttempts() {
		return this.attempts;
	}

}
