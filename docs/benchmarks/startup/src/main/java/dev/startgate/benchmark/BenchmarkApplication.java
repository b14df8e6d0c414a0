package dev.startgate.benchmark;

import java.lang.management.ManagementFactory;

import com.sun.management.ThreadMXBean;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A web application with Flyway and Actuator, which does not know of Startgate.
 */
@SpringBootApplication
public class BenchmarkApplication {

	/**
	 * Start, say how many bytes this thread has allocated, and end at once.
	 * @param args the arguments
	 */
	public static void main(String[] args) {
		ConfigurableApplicationContext started = SpringApplication.run(BenchmarkApplication.class, args);
		System.out.println(
				"allocated " + ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes());
		System.exit(SpringApplication.exit(started));
	}

}
