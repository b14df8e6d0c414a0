package dev.startgate.flyway;

import org.flywaydb.core.api.MigrationVersion;

/**
 * The version of Flyway on the class path, which a build may choose independently of
 * Spring Boot.
 */
final class FlywayVersion {

	/** Older versions lack events and settings that the lock is built on. */
	static final MigrationVersion OLDEST = MigrationVersion.fromVersion("11.14");

	private FlywayVersion() {
	}

	/**
	 * Refuse a Flyway that would fail with a missing field or method.
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
