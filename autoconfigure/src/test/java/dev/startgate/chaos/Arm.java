package dev.startgate.chaos;

import java.util.List;

/**
 * With Startgate, or the same application with plain Boot and Flyway.
 */
enum Arm {

	STARTGATE, PLAIN;

	List<String> properties(int lease) {
		return switch (this) {
			case STARTGATE -> List.of("startgate.lock.lease=" + lease + "s");
			// without a session lock Flyway could not run CREATE INDEX CONCURRENTLY at
			// all
			case PLAIN -> List.of("startgate.enabled=false", "spring.flyway.postgresql.transactional-lock=false");
		};
	}

}
