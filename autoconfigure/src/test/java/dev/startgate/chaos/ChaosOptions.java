package dev.startgate.chaos;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The options of the chaos tests, which are system properties.
 */
final class ChaosOptions {

	private ChaosOptions() {
	}

	static boolean isLongRun() {
		return System.getProperty("chaos.rounds") != null;
	}

	static int rounds(int byDefault) {
		return Integer.getInteger("chaos.rounds", byDefault);
	}

	/**
	 * Return the seed of the first round. The default is a random one that makes the
	 * rounds begin with the first kind of fault.
	 */
	static long seed() {
		int kinds = FaultKind.values().length;
		return Long.getLong("chaos.seed", (long) kinds * ThreadLocalRandom.current().nextInt(100_000));
	}

	/**
	 * Return a kind of fault that each round has in addition to its own ones.
	 */
	static Optional<FaultKind> further() {
		return Optional.ofNullable(System.getProperty("chaos.further")).map(FaultKind::valueOf);
	}

	static String database() {
		return System.getProperty("chaos.database", "postgresql");
	}

	static Arm arm() {
		return Arm.valueOf(System.getProperty("chaos.arm", Arm.STARTGATE.name()));
	}

	/**
	 * Return more properties for the replicas, as in
	 * {@code -Dchaos.properties=startgate.on-failure=stay-down}.
	 */
	static List<String> replicaProperties() {
		return Arrays.stream(System.getProperty("chaos.properties", "").split(","))
			.filter((property) -> !property.isBlank())
			.toList();
	}

	/**
	 * Return the classes of another version of Startgate, with which half of the
	 * processes are started.
	 */
	static Optional<Path> other() {
		return Optional.ofNullable(System.getProperty("chaos.other")).map(Path::of).map(Path::toAbsolutePath);
	}

	/**
	 * Return the commit of the other version, which is in the path that
	 * {@code .ci/other-version} prints.
	 */
	static Optional<String> otherCommit() {
		return other().map((classes) -> classes.getName(classes.getNameCount() - 4).toString());
	}

}
