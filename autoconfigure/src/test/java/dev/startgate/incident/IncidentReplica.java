package dev.startgate.incident;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

import dev.startgate.GateSnapshot;
import dev.startgate.MetadataSource;
import dev.startgate.StartupGate;
import dev.startgate.testing.TestApplication;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * One replica: an application with a web server and probes, which is started again when
 * its start fails.
 */
final class IncidentReplica implements AutoCloseable {

	private static final int STARTS = 3;

	private final ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();

	private final CompletableFuture<Void> ended;

	private volatile @Nullable Instant up;

	private volatile ConfigurableApplicationContext context;

	IncidentReplica(List<String> properties, Arm arm, long pause, Engine before, Engine after) {
		this.ended = CompletableFuture.runAsync(() -> run(properties, arm, pause, before, after),
				(task) -> new Thread(task, "replica").start());
	}

	private void run(List<String> properties, Arm arm, long pause, Engine before, Engine after) {
		for (int start = 0; start < STARTS && this.up == null; start++) {
			try {
				this.context = new SpringApplicationBuilder(TestApplication.class).web(WebApplicationType.SERVLET)
					.listeners((ApplicationListener<ApplicationEvent>) this::hear)
					.initializers((context) -> {
						this.context = context;
						DefaultListableBeanFactory beans = (DefaultListableBeanFactory) context.getBeanFactory();
						if (arm == Arm.STARTGATE) {
							beans.registerSingleton("permissions",
									new EngineSource("permissions", before, MetadataSource.Phase.BEFORE_MIGRATIONS));
							beans.registerSingleton("search",
									new EngineSource("search", after, MetadataSource.Phase.AFTER_MIGRATIONS));
						}
						else {
							beans.registerSingleton("strategy", strategy(pause, before));
						}
					})
					.run(properties.stream().map((property) -> "--" + property).toArray(String[]::new));
			}
			catch (RuntimeException ex) {
				this.errors.add(root(ex));
			}
		}
	}

	private static FlywayMigrationStrategy strategy(long pause, Engine engine) {
		return (flyway) -> {
			engine.applyOnce();
			try {
				Thread.sleep(pause);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			flyway.migrate();
		};
	}

	private static String root(Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null) {
			root = root.getCause();
		}
		return String.valueOf(root.getMessage()).lines().findFirst().orElse("");
	}

	private void hear(ApplicationEvent event) {
		if (event instanceof AvailabilityChangeEvent<?> change
				&& change.getState() == ReadinessState.ACCEPTING_TRAFFIC) {
			this.up = Instant.now();
		}
	}

	/**
	 * Return the port of its web server, 0 if there is none yet.
	 */
	int port() {
		ConfigurableApplicationContext present = this.context;
		return (present != null) ? present.getEnvironment().getProperty("local.server.port", Integer.class, 0) : 0;
	}

	/**
	 * Return when it became ready, {@code null} if it is not.
	 */
	@Nullable Instant up() {
		return this.up;
	}

	/**
	 * Return when it last began to settle, or the epoch if it never did.
	 */
	Instant settlingSince() {
		return this.context.getBean(StartupGate.class)
			.snapshot()
			.steps()
			.stream()
			.filter((step) -> step.name().equals("settle"))
			.map(GateSnapshot.Step::started)
			.max(Comparator.naturalOrder())
			.orElse(Instant.EPOCH);
	}

	List<String> errors() {
		return List.copyOf(this.errors);
	}

	CompletableFuture<Void> ended() {
		return this.ended;
	}

	@Override
	public void close() {
		this.ended.join();
		if (this.context != null) {
			this.context.close();
		}
	}

}
