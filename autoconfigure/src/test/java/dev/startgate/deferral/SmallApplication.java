package dev.startgate.deferral;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;

import dev.startgate.StartupGate;
import dev.startgate.autoconfigure.StartgateAutoConfiguration;
import dev.startgate.autoconfigure.StartgateDeferralAutoConfiguration;
import dev.startgate.autoconfigure.StartgateDisabledAutoConfiguration;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * An application with the gate and nothing else, neither web server nor database. Its
 * condition settles by itself, but late enough for everything to have its chance to
 * begin. With Startgate switched off, nobody asks that condition.
 */
final class SmallApplication implements AutoCloseable {

	private static final int QUESTIONS_THAT_ARE_CHANCE_ENOUGH = 20;

	private final Hold hold = new Hold(QUESTIONS_THAT_ARE_CHANCE_ENOUGH);

	private final Calls calls = new Calls(() -> this.hold.isReleased() && bean(StartupGate.class).isOpen());

	private final SpringApplicationBuilder builder;

	private volatile ConfigurableApplicationContext context;

	SmallApplication(Class<?>... configurations) {
		this.builder = new SpringApplicationBuilder(configurations).sources(Gate.class)
			.web(WebApplicationType.NONE)
			.initializers(this::add);
	}

	private void add(ConfigurableApplicationContext context) {
		context.getBeanFactory().registerSingleton("hold", this.hold);
		context.getBeanFactory().registerSingleton("calls", this.calls);
		this.context = context;
	}

	SmallApplication with(Consumer<SpringApplicationBuilder> more) {
		more.accept(this.builder);
		return this;
	}

	SmallApplication start(String... properties) {
		this.builder.run(
				Stream
					.concat(Stream.of("startgate.metadata.poll-interval=20ms", "spring.autoconfigure.exclude="),
							Arrays.stream(properties))
					.map((property) -> "--" + property)
					.toArray(String[]::new));
		return this;
	}

	SmallApplication startWithout(String... properties) {
		return start(
				Stream.concat(Arrays.stream(properties), Stream.of("startgate.enabled=false")).toArray(String[]::new));
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	Calls calls() {
		return this.calls;
	}

	Hold hold() {
		return this.hold;
	}

	void awaitCalls(int count) {
		HeldApplication.eventually().until(() -> this.calls.all().size() >= count);
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ StartgateAutoConfiguration.class, StartgateDeferralAutoConfiguration.class,
			StartgateDisabledAutoConfiguration.class, LifecycleAutoConfiguration.class })
	static class Gate {

	}

}
