package dev.startgate.flyway.ddl;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

import dev.startgate.sql.Causes;

/**
 * A statement did not get a strong lock, and its transaction already holds another one.
 * The transaction must not keep that one during the pause. So all of it is rolled back
 * and tried again.
 */
public class EarlierLocksException extends RuntimeException {

	private final Duration pause;

	EarlierLocksException(String subject, Duration pause, SQLException cause) {
		super(subject + " did not get its lock, while its transaction has others", cause);
		this.pause = pause;
	}

	/**
	 * Return how long traffic is let through before the next try.
	 * @param failure what has failed
	 * @return the pause, empty if another failure is the cause
	 */
	public static Optional<Duration> pause(Throwable failure) {
		return Causes.first(failure, EarlierLocksException.class).map((found) -> found.pause);
	}

}
