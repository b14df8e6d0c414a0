package dev.startgate.benchmark.peers;

import java.io.File;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A way to migrate. Each has the class path of an application that uses it.
 */
enum Peer {

	NONE("Spring Boot without migrations", "startgate-spring-boot|shedlock|liquibase|flyway"),

	FLYWAY("Flyway in Spring Boot", "startgate-spring-boot|shedlock|liquibase"),

	SHEDLOCK("Flyway in ShedLock's executor", "startgate-spring-boot|liquibase"),

	SESSION_LOCK("Flyway in a session lock", "startgate-spring-boot|shedlock|liquibase"),

	LIQUIBASE("Liquibase in Spring Boot", "startgate-spring-boot|shedlock|flyway|sessionlock"),

	LIQUIBASE_SESSIONLOCK("Liquibase with sessionlock", "startgate-spring-boot|shedlock|flyway"),

	STARTGATE("Startgate", "liquibase");

	private static final Pattern CLASSES_OF_STARTGATE = Pattern.compile(".*/(autoconfigure|starter)/target/classes");

	private final String title;

	private final Pattern absent;

	Peer(String title, String absent) {
		this.title = title;
		this.absent = Pattern.compile("(" + absent + ").*\\.jar");
	}

	String title() {
		return this.title;
	}

	/**
	 * Return whether a replica migrates. One that does not shows the cost of everything
	 * else in a start.
	 */
	boolean migrates() {
		return this != NONE;
	}

	/**
	 * Return whether a replica that waits looks every ten seconds only, so that a herd
	 * takes minutes.
	 */
	boolean looksRarely() {
		return this == LIQUIBASE || this == LIQUIBASE_SESSIONLOCK;
	}

	String classPath() {
		return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> this == STARTGATE || !CLASSES_OF_STARTGATE.matcher(entry).matches())
			.filter((entry) -> !this.absent.matcher(new File(entry).getName()).find())
			.collect(Collectors.joining(File.pathSeparator));
	}

}
