package dev.startgate.flyway.ddl;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

import dev.startgate.sql.Causes;

/**
 * A statement did not get a strong lock, and an earlier statement of the same transaction
 * has one that is not to be kept meanwhile. So all of it is rolled back and tried again.
 */
public class EarlierLocksException extends RuntimeException {

	private final Duration pause;

	EarlierLocksException(String subject, Duration pause, SQLException cause) {
		super(subject + " did not get its lock, while its transaction has others", cause);
		this.pause = pause;
	}

	/**
	 * Return how long traffic is let through before it is tried again.
	 * @param failure what has failed
	 * @return the pause, empty if that was something else
	 */
	public static Optional<Duration> pause(Throwable failure) {
		return Causes.first(failure, EarlierLocksException.class).map((found) -> found.pause);
	}

}
