package dev.startgate.chaos;

import java.util.List;
import java.util.stream.Stream;

/**
 * What the replicas run: Startgate, Startgate that does not resume scripts, or plain Boot
 * and Flyway.
 */
enum Arm {

	STARTGATE, STOP, PLAIN;

	/** This time-out is shorter than the transaction of a {@link Blocker}. */
	private static final List<String> LOCKS = List.of("startgate.ddl.lock-timeout=500ms");

	List<String> properties(int lease) {
		return switch (this) {
			case STARTGATE -> with(LOCKS, "startgate.lock.lease=" + lease + "s");
			case STOP -> with(STARTGATE.properties(lease), "startgate.on-interrupted=stop");
			// without a session lock Flyway could not run CREATE INDEX CONCURRENTLY at
			// all
			case PLAIN -> List.of("startgate.enabled=false", "spring.flyway.postgresql.transactional-lock=false");
		};
	}

	private static List<String> with(List<String> some, String another) {
		return Stream.concat(some.stream(), Stream.of(another)).toList();
	}

}
