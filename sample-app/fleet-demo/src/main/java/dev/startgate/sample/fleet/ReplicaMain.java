package dev.startgate.sample.fleet;

import dev.startgate.sample.SampleApplication;

/**
 * What a replica of the fleet runs: the application as it is, and a watch that ends it
 * together with the demo.
 */
final class ReplicaMain {

	private ReplicaMain() {
	}

	/**
	 * Start one replica.
	 * @param args properties of Spring Boot
	 */
	public static void main(String[] args) {
		ParentWatch.start(() -> Runtime.getRuntime().halt(1));
		SampleApplication.main(args);
	}

}
