package dev.startgate.flyway;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import dev.startgate.coordination.DeferredMigrations;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.migration.baseline.BaselineMigrationConfigurationExtension;
import org.junit.jupiter.api.Test;

import org.springframework.util.ReflectionUtils;

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
	 * An inherited method would use a configuration of the bean itself, which lacks the
	 * application's settings.
	 */
	@Test
	void aBeanInheritsNoMethodButTheOneWithoutEffect() {
		assertThat(Arrays.stream(Flyway.class.getDeclaredMethods())
			.filter((method) -> !Modifier.isStatic(method.getModifiers()) && Modifier.isPublic(method.getModifiers()))
			.map((method) -> ReflectionUtils.findMethod(CoordinatedFlyway.class, method.getName(),
					method.getParameterTypes()))
			.filter((method) -> method.getDeclaringClass() == Flyway.class)
			.map(Method::getName)).isSubsetOf("setFlywayTelemetryManager");
	}

	@Test
	void aBeanHasTheConfigurationOfTheApplication() {
		CoordinatedFlyway bean = BEANS.get(0);
		assertThat(bean.getConfiguration()).isSameAs(FLYWAY.getConfiguration());
		assertThat(bean.getConfigurationExtension(BaselineMigrationConfigurationExtension.class))
			.isSameAs(FLYWAY.getConfigurationExtension(BaselineMigrationConfigurationExtension.class));
	}

	/**
	 * Several threads create beans that ask to be migrated, while others read what was
	 * asked. Most ways to copy a synchronized set do not keep its writers out.
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
