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
 * A few seeds with less time for everything, or with {@code -Dincident.seeds} as many as
 * one likes at full length: {@code -Dincident.first-seed}, {@code -Dincident.arm}
 * ({@code STARTGATE}, {@code NOTHING}, {@code SLEEP}), {@code -Dincident.side-by-side}.
 */
@Tag("alone")
class IncidentTests {

	@Test
	@DisabledIf("isLongRun")
	void metadataInFlightNeitherCutsAMigrationNorMeetsTraffic() throws Exception {
		assertThat(run(Arm.STARTGATE, LongStream.of(1, 2), 0.2)).isEmpty();
	}

	@Test
	@DisabledIf("isLongRun")
	void withoutCoordinationItDoes() throws Exception {
		assertThat(run(Arm.NOTHING, LongStream.of(8, 56), 0.2)).isNotEmpty();
	}

	@Test
	@DisabledIf("isLongRun")
	void aPauseIsTooShortOrTooLong() throws Exception {
		assertThat(run(Arm.SLEEP, LongStream.of(30, 35), 0.2)).isNotEmpty();
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
