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
			case PLAIN -> List.of("startgate.enabled=false");
		};
	}

}
