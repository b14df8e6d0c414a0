package dev.startgate.kubelet;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.startgate.testing.PostgresDatabase;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs three replicas with a migration of 60 seconds, with Startgate and without. The
 * probes have Kubernetes' default values, and there is no startup probe. This is not part
 * of the build, and takes five minutes. Nothing else may keep the machine busy, or a JVM
 * takes longer to start than these probes wait. To run it:
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=KubeletBenchmark
 * </pre>
 *
 * The report is in {@code target/kubelet}, beside the logs.
 */
@Timeout(value = 6, unit = TimeUnit.HOURS)
class KubeletBenchmark {

	private static final Duration WATCHED = Duration.ofMinutes(3);

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void threeReplicasAndAMigrationOfAMinute(boolean enabled) throws Exception {
		PostgresDatabase database = PostgresDatabase.create();
		Path directory = Files.createDirectories(Path.of("target", "kubelet", enabled ? "startgate" : "plain"));
		List<Pod> pods = new ArrayList<>();
		try {
			for (int i = 1; i <= 3; i++) {
				pods.add(Pod.run(
						Pods.of(database, "web-" + i,
								List.of("startgate.enabled=" + enabled, "spring.flyway.locations=classpath:db/minute")),
						directory, Duration.ofSeconds(10)));
			}
			awaitReady(pods);
			StringBuilder report = new StringBuilder("startgate.enabled=" + enabled + System.lineSeparator());
			for (Pod pod : pods) {
				Duration readyAfter = pod.readyAfter();
				report.append("%s: %s, %d restarts %s%n".formatted(pod.name(),
						(readyAfter != null) ? "ready after " + readyAfter.toSeconds() + " s" : "not ready",
						pod.restarts().size(), pod.restarts()));
			}
			report.append("applied: " + applied(database) + System.lineSeparator());
			Files.writeString(directory.resolve("report.txt"), report);
			System.out.println(report);
			long restarts = pods.stream().mapToLong((pod) -> pod.restarts().size()).sum();
			if (enabled) {
				assertThat(pods).allMatch(Pod::isReady);
				assertThat(restarts).isZero();
			}
			else {
				assertThat(restarts).as("without Startgate").isPositive();
			}
		}
		finally {
			for (Pod pod : pods) {
				pod.close();
			}
		}
	}

	private static void awaitReady(List<Pod> pods) {
		try {
			Awaitility.await().atMost(WATCHED).until(() -> pods.stream().allMatch(Pod::isReady));
		}
		catch (ConditionTimeoutException ex) {
			// the report says which pods were not ready
		}
	}

	private static List<String> applied(PostgresDatabase database) {
		try {
			return database.history();
		}
		catch (RuntimeException ex) {
			return List.of();
		}
	}

}
