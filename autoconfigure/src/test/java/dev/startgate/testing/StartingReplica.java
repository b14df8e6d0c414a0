package dev.startgate.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import dev.startgate.GateState;
import dev.startgate.StartupGate;
import org.awaitility.Awaitility;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A replica that starts in the background.
 */
public final class StartingReplica implements AutoCloseable {

	private static final String GATE = "startgateGate";

	private final CompletableFuture<ConfigurableApplicationContext> started;

	private volatile ConfigurableApplicationContext context;

	private StartingReplica(WebApplicationType type, List<String> properties) {
		this.started = CompletableFuture.supplyAsync(() -> new SpringApplicationBuilder(TestApplication.class).web(type)
			.initializers((created) -> this.context = created)
			.properties(properties.toArray(String[]::new))
			.run(), (task) -> new Thread(task, "replica").start());
	}

	/**
	 * Start a replica.
	 * @param database what it needs to use its database
	 * @param properties its other properties
	 */
	public static StartingReplica of(String[] database, String... properties) {
		return of(WebApplicationType.NONE, database, properties);
	}

	/**
	 * Start a replica that may have a web server.
	 * @param type its type
	 * @param database what it needs to use its database
	 * @param properties its other properties, such as {@code spring.main.sources} for
	 * more configuration
	 */
	public static StartingReplica of(WebApplicationType type, String[] database, String... properties) {
		List<String> all = new ArrayList<>(List.of(database));
		all.addAll(List.of(properties));
		return new StartingReplica(type, all);
	}

	public CompletableFuture<ConfigurableApplicationContext> started() {
		return this.started;
	}

	/**
	 * Return the gate, which must exist already. A lookup by type could create other
	 * beans in this thread, and wait for those that the start is about to create.
	 */
	public StartupGate gate() {
		return (StartupGate) Objects.requireNonNull(this.context.getBeanFactory().getSingleton(GATE));
	}

	/**
	 * Return a bean. As long as the replica starts, the bean must exist already.
	 */
	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	public void awaitState(GateState state) {
		Awaitility.await()
			.failFast("ended", this.started::isDone)
			.until(() -> isShowing() && gate().snapshot().state() == state);
	}

	/**
	 * Wait until the gate shows an answer of something that it waits for: of a condition,
	 * or of a replica that does the work.
	 * @param answer a part of the answer
	 */
	public void awaitAnswer(String answer) {
		Awaitility.await(answer)
			.failFast("ended", this.started::isDone)
			.until(() -> isShowing() && gate().snapshot()
				.unsettled()
				.stream()
				.anyMatch((unsettled) -> unsettled.answer().contains(answer)));
	}

	/**
	 * Return whether there is a gate by now.
	 */
	public boolean isShowing() {
		return this.context != null && this.context.isActive() && this.context.getBeanFactory().containsSingleton(GATE);
	}

	@Override
	public void close() {
		if (this.context != null) {
			this.context.close();
		}
	}

}
