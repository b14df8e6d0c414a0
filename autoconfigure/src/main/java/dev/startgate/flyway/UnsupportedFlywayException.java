package dev.startgate.flyway;

/**
 * A Flyway that lacks what is needed to run it under a lock.
 */
public class UnsupportedFlywayException extends RuntimeException {

	UnsupportedFlywayException(String version) {
		super("Startgate can't run Flyway " + version + ", which is older than " + FlywayVersion.OLDEST);
	}

}
