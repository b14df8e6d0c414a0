package dev.startgate.flyway;

import org.flywaydb.core.api.MigrationVersion;

/**
 * A Flyway that lacks what is needed to run it under a lock. A build may choose its
 * version independently of Spring Boot.
 */
public class UnsupportedFlywayException extends RuntimeException {

	/** Older versions lack events and settings that the lock is built on. */
	private static final MigrationVersion OLDEST = MigrationVersion.fromVersion("11.14");

	private UnsupportedFlywayException(String version) {
		super("Startgate can't run Flyway " + version + ", which is older than " + OLDEST);
	}

	/**
	 * Refuse a Flyway on the class path that would fail with a missing field or method.
	 */
	static void check() {
		check(FlywayInternals.version());
	}

	static void check(String version) {
		if (MigrationVersion.fromVersion(version).compareTo(OLDEST) < 0) {
			throw new UnsupportedFlywayException(version);
		}
	}

}
