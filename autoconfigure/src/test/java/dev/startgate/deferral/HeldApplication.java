package dev.startgate.deferral;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import dev.startgate.GateState;
import dev.startgate.StartupGate;
import dev.startgate.probe.Answer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A web application, started in a thread of its own, with a condition that only the test
 * can settle. With Startgate switched off, nobody asks that condition.
 */
final class HeldApplication implements AutoCloseable {

	private static final int QUESTIONS_THAT_ARE_CHANCE_ENOUGH = 20;

	private final Hold hold = new Hold();

	private final Calls calls = new Calls(() -> this.hold.isReleased() && gate().isOpen());

	private final AtomicReference<ConfigurableApplicationContext> context = new AtomicReference<>();

	private final CompletableFuture<ConfigurableApplicationContext> started;

	private HeldApplication(Class<?> configuration, Stream<String> properties) {
		String[] arguments = Stream
			.concat(Stream.of("server.port=0", "startgate.metadata.poll-interval=20ms"), properties)
			.map((property) -> "--" + property)
			.toArray(String[]::new);
		this.started = CompletableFuture.supplyAsync(
				() -> new SpringApplicationBuilder(configuration).initializers(this::add).run(arguments),
				(task) -> new Thread(task, "start").start());
	}

	static HeldApplication with(Class<?> configuration, String... properties) {
		return new HeldApplication(configuration, Arrays.stream(properties));
	}

	static HeldApplication without(Class<?> configuration, String... properties) {
		return new HeldApplication(configuration,
				Stream.concat(Arrays.stream(properties), Stream.of("startgate.enabled=false")));
	}

	private void add(ConfigurableApplicationContext context) {
		context.getBeanFactory().registerSingleton("hold", this.hold);
		context.getBeanFactory().registerSingleton("calls", this.calls);
		this.context.set(context);
	}

	/**
	 * Wait until everything had its chance to begin: the web server answers, and the
	 * condition has been asked again and again.
	 */
	void awaitHeld() {
		awaitQuestions(1);
		assertThat(gate().snapshot().state()).isEqualTo(GateState.SETTLING);
		awaitQuestions(this.hold.asked() + QUESTIONS_THAT_ARE_CHANCE_ENOUGH);
		assertThat(health("readiness")).isEqualTo(503);
		assertThat(health("liveness")).isEqualTo(200);
		assertThat(gate().snapshot().unsettled()).hasSize(1);
		assertThat(this.started).isNotDone();
	}

	private void awaitQuestions(int count) {
		awaitWhileItStarts(() -> this.hold.asked() >= count);
	}

	void release() {
		this.hold.release();
		this.started.join();
		assertThat(gate().isOpen()).isTrue();
		assertThat(health("readiness")).isEqualTo(200);
	}

	/**
	 * Wait for that many calls of the application's own code, released or not.
	 */
	void awaitCalls(int count) {
		awaitWhileItStarts(() -> this.calls.all().size() >= count);
	}

	private void awaitWhileItStarts(BooleanSupplier condition) {
		eventually().until(() -> {
			assertThat(this.started).isNotCompletedExceptionally();
			return condition.getAsBoolean();
		});
	}

	Calls calls() {
		return this.calls;
	}

	Hold hold() {
		return this.hold;
	}

	<T> T bean(Class<T> type) {
		return this.context.get().getBean(type);
	}

	private StartupGate gate() {
		return bean(StartupGate.class);
	}

	private int health(String group) {
		int port = this.context.get().getEnvironment().getRequiredProperty("local.management.port", Integer.class);
		return Answer.get(port, "/actuator/health/" + group).status();
	}

	static ConditionFactory eventually() {
		return Awaitility.await().pollInterval(Duration.ofMillis(20));
	}

	@Override
	public void close() {
		this.hold.release();
		this.started.join().close();
	}

}
