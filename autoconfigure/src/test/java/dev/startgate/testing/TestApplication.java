package dev.startgate.testing;

import java.util.Arrays;
import java.util.stream.Stream;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The smallest application, with a web server if it is wanted.
 */
@Configuration(proxyBeanMethods = false)
@Import(WebModules.class)
public class TestApplication {

	/**
	 * Start a replica.
	 * @param database its database
	 * @param properties its properties
	 */
	public static ConfigurableApplicationContext start(PostgresDatabase database, String... properties) {
		return new SpringApplicationBuilder(TestApplication.class).web(WebApplicationType.NONE)
			.properties(join(database.properties(), properties))
			.run();
	}

	/**
	 * Return all properties of two lists.
	 */
	public static String[] join(String[] some, String... others) {
		return Stream.concat(Arrays.stream(some), Arrays.stream(others)).toArray(String[]::new);
	}

	/**
	 * Start a replica as a process of its own.
	 */
	public static void main(String[] args) {
		SpringApplication.run(TestApplication.class, args);
	}

}
