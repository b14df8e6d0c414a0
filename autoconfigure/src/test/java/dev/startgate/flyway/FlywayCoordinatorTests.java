package dev.startgate.flyway;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import dev.startgate.coordination.DeferredMigrations;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

class FlywayCoordinatorTests {

	private static final Flyway FLYWAY = Flyway.configure().dataSource("jdbc:h2:mem:coordinator", "sa", "").load();

	private static final List<CoordinatedFlyway> BEANS = IntStream.range(0, 100)
		.mapToObj((i) -> new CoordinatedFlyway(FLYWAY, FlywayName.ofBean("flyway" + i, true), () -> {
			throw new IllegalStateException("Nobody migrates");
		}))
		.toList();

	/**
	 * Beans that are created in several threads ask to be migrated while others ask what
	 * was asked. Most copies of a synchronized set don't keep its writers out.
	 */
	@Test
	void oneThreadAsksWhatWasAskedWhileAnotherAsks() {
		for (int round = 0; round < 100; round++) {
			FlywayCoordinator coordinator = new FlywayCoordinator(null, null, null, null, null,
					new DeferredMigrations(true, () -> {
					}), null, null, mock(FlywayRuns.class), null);
			CompletableFuture<Void> asking = CompletableFuture
				.runAsync(() -> BEANS.forEach((bean) -> coordinator.initialize(bean, () -> {
				})));
			while (!asking.isDone()) {
				coordinator.hasBeenAsked(FLYWAY.getConfiguration());
			}
			asking.join();
			assertThat(coordinator.hasBeenAsked(FLYWAY.getConfiguration())).isTrue();
		}
	}

}
