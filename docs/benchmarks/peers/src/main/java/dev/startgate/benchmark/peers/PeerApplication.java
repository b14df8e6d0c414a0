package dev.startgate.benchmark.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

import javax.sql.DataSource;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.NestedExceptionUtils;

/**
 * An application that migrates when it starts. Its process starts it each time it gets a
 * line with properties, and says when it runs.
 */
@SpringBootApplication(scanBasePackages = "dev.startgate.benchmark.peers.none")
@Import({ ShedLockRecipe.class, SessionLockRecipe.class })
public class PeerApplication {

	private static final BufferedReader LINES = new BufferedReader(
			new InputStreamReader(System.in, StandardCharsets.UTF_8));

	private static final PrintStream ANSWERS = System.out;

	/**
	 * Start as often as asked.
	 * @param arguments none
	 * @throws IOException if the input can't be read
	 */
	public static void main(String[] arguments) throws IOException {
		System.setOut(System.err);
		for (String line = LINES.readLine(); line != null; line = LINES.readLine()) {
			try (ConfigurableApplicationContext context = SpringApplication.run(PeerApplication.class,
					line.split("\t"))) {
				ANSWERS.println("OPEN\t" + System.currentTimeMillis());
				LINES.readLine();
			}
			catch (Throwable ex) {
				ANSWERS.println("FAILED\t" + System.currentTimeMillis() + "\t"
						+ String.valueOf(NestedExceptionUtils.getMostSpecificCause(ex).getMessage())
							.replaceAll("\\s+", " "));
				LINES.readLine();
			}
			ANSWERS.println("CLOSED\t" + System.currentTimeMillis());
		}
	}

	@Bean
	static StartingLine startingLine() {
		return new StartingLine();
	}

	/**
	 * Holds each replica once it has a {@link DataSource}, which nothing has used yet.
	 * All replicas go on from there at once.
	 */
	static class StartingLine implements BeanPostProcessor {

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (bean instanceof DataSource) {
				ANSWERS.println("READY\t" + System.currentTimeMillis());
				try {
					LINES.readLine();
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			}
			return bean;
		}

	}

}
