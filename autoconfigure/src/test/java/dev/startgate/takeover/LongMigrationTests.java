package dev.startgate.takeover;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.ReplicaProcess;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Replicas in processes of their own wait for a long migration. With
 * {@code -Dlong.replicas=8 -Dlong.seconds=90} it takes longer than Flyway's own patience.
 */
@Tag("long")
@Timeout(value = 1, unit = TimeUnit.HOURS)
class LongMigrationTests {

	private static final int REPLICAS = Integer.getInteger("long.replicas", 3);

	private static final int SECONDS = Integer.getInteger("long.seconds", 5);

	private final PostgresDatabase database = PostgresDatabase.create();

	@Test
	void allWaitAndOpenAndNoneComplains(@TempDir Path directory) throws Exception {
		List<ReplicaProcess> replicas = new ArrayList<>();
		try {
			for (int number = 1; number <= REPLICAS; number++) {
				replicas.add(ReplicaProcess.start(directory, TestApplication.class, properties(number)));
			}
			for (ReplicaProcess replica : replicas) {
				Awaitility.await()
					.atMost(PATIENCE.plusSeconds(SECONDS))
					.until(() -> replica.log().contains("The gate is open after"));
				assertThat(replica.log()).doesNotContain("WARN", "ERROR", "\tat ");
			}
		}
		finally {
			replicas.forEach(ReplicaProcess::close);
		}
		assertThat(this.database.history()).containsExactly("1", "2");
		assertThat(replicas).filteredOn((replica) -> replica.log().contains("and does the work")).hasSize(1);
	}

	private List<String> properties(int number) {
		return Stream
			.concat(Stream.of(this.database.properties()), Stream.of("startgate.replica-name=replica-" + number,
					"spring.flyway.locations=classpath:db/long", "spring.flyway.placeholders.seconds=" + SECONDS))
			.toList();
	}

}
