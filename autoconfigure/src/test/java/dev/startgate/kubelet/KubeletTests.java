package dev.startgate.kubelet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.startgate.testing.HeldMigration;
import dev.startgate.testing.PostgresDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for pods in a long migration, with probes that ask often. These probes do not
 * wait as long as a Java process takes to start, so the pods also have a startup probe.
 * It succeeds as soon as Startgate has begun to wait, or Flyway to migrate.
 */
@Tag("alone")
class KubeletTests {

	private static final Duration PERIOD = Duration.ofMillis(500);

	/**
	 * A start that has got this far is fast enough for its probes, even on a busy
	 * machine.
	 */
	private static final ProbeSpec MIGRATING = ProbeSpec
		.withDefaults((container, timeout) -> container.log().contains("Migrating schema")
				|| container.log().contains("Waiting for replica"))
		.every(PERIOD)
		.failsAfter(200);

	private final List<Pod> pods = new ArrayList<>();

	@TempDir
	Path directory;

	@AfterEach
	void close() throws InterruptedException {
		for (Pod pod : this.pods) {
			pod.close();
		}
	}

	@Test
	void podsInALongMigrationAreNotRestarted() throws Exception {
		PostgresDatabase database = PostgresDatabase.create();
		try (HeldMigration held = HeldMigration.in(database)) {
			run(database, 2, "startgate.enabled=true");
			held.awaitReached();
			Awaitility.await()
				.during(PERIOD.multipliedBy(30))
				.failFast("restarted, or ready too early",
						() -> this.pods.stream().anyMatch((pod) -> !pod.restarts().isEmpty() || pod.isReady()))
				.until(() -> true);
		}
		Awaitility.await().until(() -> this.pods.stream().allMatch(Pod::isReady));
		assertThat(this.pods).allSatisfy((pod) -> assertThat(pod.restarts()).isEmpty());
	}

	@Test
	void podsAreRestartedWithoutStartgate() throws Exception {
		PostgresDatabase database = PostgresDatabase.create();
		try (HeldMigration held = HeldMigration.in(database)) {
			run(database, 1, "startgate.enabled=false");
			held.awaitReached();
			Awaitility.await().until(() -> this.pods.stream().anyMatch((pod) -> !pod.restarts().isEmpty()));
		}
		assertThat(this.pods.get(0).restarts().get(0)).contains("liveness probe failed");
	}

	private void run(PostgresDatabase database, int count, String property) throws IOException, SQLException {
		for (int i = 0; i < count; i++) {
			PodSpec pod = Pods.of(database, "web-" + i, List.of(property, "spring.flyway.locations=classpath:db/held"));
			PodSpec quick = new PodSpec(pod.name(), pod.port(), pod.properties(), MIGRATING,
					pod.liveness().every(PERIOD).failsAfter(8), pod.readiness().every(PERIOD), Duration.ofSeconds(1));
			this.pods.add(Pod.run(quick, Files.createDirectories(this.directory.resolve(pod.name())), PERIOD));
		}
	}

}
