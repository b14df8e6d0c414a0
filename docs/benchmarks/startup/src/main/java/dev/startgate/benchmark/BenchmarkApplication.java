package dev.startgate.benchmark;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * A web application with Flyway and Actuator, which does not know of Startgate.
 */
@SpringBootApplication
public class BenchmarkApplication {

	/**
	 * Start, and end at once.
	 * @param args the arguments
	 */
	public static void main(String[] args) {
		System.exit(SpringApplication.exit(SpringApplication.run(BenchmarkApplication.class, args)));
	}

}
