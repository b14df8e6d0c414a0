package dev.startgate.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The parcel service.
 */
@SpringBootApplication
public class SampleApplication {

	/**
	 * Start one replica.
	 * @param args properties of Spring Boot, such as {@code --server.port=8081}
	 */
	public static void main(String[] args) {
		SpringApplication.run(SampleApplication.class, args);
	}

}
