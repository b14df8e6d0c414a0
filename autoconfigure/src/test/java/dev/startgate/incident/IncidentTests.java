package dev.startgate.incident;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledIf;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that settling protects migrations and traffic from metadata. The {@code apply()}
 * of an engine returns at once. Its background work lasts 0 to 15 s and ends all sessions
 * of the database at a random moment. Meanwhile three replicas (applications of one JVM,
 * each with a web server and its probes) start on an empty PostgreSQL. The build runs a
 * few seeds with a fifth of the time. To run more of them, at full length:
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=IncidentTests -Dincident.seeds=100
 * mvn -B -ntp -pl autoconfigure test -Dtest=IncidentTests -Dincident.seeds=100 -Dincident.arm=NOTHING
 * mvn -B -ntp -pl autoconfigure test -Dtest=IncidentTests -Dincident.seeds=100 -Dincident.arm=SLEEP
 * </pre>
 *
 * The last two commands run control arms, plain Spring Boot with a pause of 1 s and of 10
 * s, and fail. {@code -Dincident.first-seed=17} begins with another seed, and
 * {@code -Dincident.side-by-side=2} runs fewer incidents at a time. The result is also
 * written to {@code target/incident}.
 */
@Tag("alone")
class IncidentTests {

	@Test
	@DisabledIf("isLongRun")
	void metadataInFlightNeitherCutsAMigrationNorMeetsTraffic() throws Exception {
		assertThat(run(Arm.STARTGATE, LongStream.of(1, 2), 0.2)).isEmpty();
	}

	/** With these seeds, sessions are ended late, and the work ends soon afterwards. */
	@Test
	@DisabledIf("isLongRun")
	void metadataInFlightDoesHarmWithoutCoordination() throws Exception {
		assertThat(run(Arm.NOTHING, LongStream.of(76, 211), 0.2)).isNotEmpty();
	}

	@Test
	@DisabledIf("isLongRun")
	void aPauseIsTooShort() throws Exception {
		assertThat(run(Arm.SLEEP, LongStream.of(76, 211, 308), 0.2)).isNotEmpty();
	}

	@Test
	@EnabledIf("isLongRun")
	@Timeout(value = 6, unit = TimeUnit.HOURS)
	void manySeeds() throws Exception {
		assertThat(run(Arm.valueOf(System.getProperty("incident.arm", "STARTGATE")),
				LongStream.iterate(Long.getLong("incident.first-seed", 1), (seed) -> seed + 1)
					.limit(Integer.getInteger("incident.seeds")),
				1))
			.isEmpty();
	}

	static boolean isLongRun() {
		return Integer.getInteger("incident.seeds") != null;
	}

	private static List<IncidentReport> run(Arm arm, LongStream seeds, double scale) throws IOException {
		ExecutorService threads = Executors.newFixedThreadPool(Integer.getInteger("incident.side-by-side", 6));
		try {
			List<CompletableFuture<IncidentReport>> running = seeds
				.mapToObj((seed) -> CompletableFuture.supplyAsync(() -> new Incident(arm, seed, scale).run(), threads))
				.toList();
			IncidentTable table = new IncidentTable(arm, running.stream().map(CompletableFuture::join).toList());
			table.publish();
			return table.violated();
		}
		finally {
			threads.shutdown();
		}
	}

}
