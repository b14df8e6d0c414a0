package dev.startgate.dropin;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.DriverWarnings;
import dev.startgate.testing.MariaDbDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * MariaDB's driver logs a warning for each error of the server, even if the error is only
 * the answer to a question. Startgate adds no such warning.
 */
@ExtendWith(OutputCaptureExtension.class)
class DriverWarningTests {

	private static final int REPLICAS = 4;

	/**
	 * Flyway's own questions may cause errors, too, on a server without events.
	 */
	@Test
	void aFleetThatStartsCausesNoneThatPlainSpringBootDoesNotCause(CapturedOutput output) {
		assertThat(errors(REPLICAS, true, output)).isSubsetOf(errors(1, false, output));
	}

	private static List<String> errors(int replicas, boolean startgate, CapturedOutput output) {
		String url = MariaDbDatabase.create();
		ExecutorService threads = Executors.newFixedThreadPool(replicas);
		try (DriverWarnings warnings = new DriverWarnings(output)) {
			int before = warnings.lines().size();
			List<CompletableFuture<Void>> fleet = IntStream.range(0, replicas)
				.mapToObj((number) -> CompletableFuture.runAsync(() -> start(url, startgate, number), threads))
				.toList();
			threads.shutdown();
			fleet.forEach(CompletableFuture::join);
			List<String> lines = warnings.lines();
			// the list may be empty, but not because nothing is captured
			assertThatException().isThrownBy(() -> MariaDbDatabase.jdbc(url).execute("select * from nowhere"));
			assertThat(warnings.lines()).hasSize(lines.size() + 1).last().asString().contains("nowhere");
			return lines.stream().skip(before).map((line) -> line.replaceAll(".*Error: ", "")).toList();
		}
	}

	private static void start(String url, boolean startgate, int number) {
		new ApplicationContextRunner().withConfiguration(BootAutoConfigurations.with())
			.withPropertyValues("spring.datasource.url=" + url, "spring.datasource.username=root",
					"spring.datasource.hikari.maximum-pool-size=3", "spring.flyway.locations=classpath:db/jpa",
					"startgate.enabled=" + startgate, "startgate.replica-name=replica-" + number)
			.run((context) -> assertThat(context).hasNotFailed());
	}

}
