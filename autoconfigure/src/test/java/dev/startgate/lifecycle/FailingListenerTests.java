package dev.startgate.lifecycle;

import java.util.ArrayList;
import java.util.List;

import dev.startgate.GateFailedEvent;
import dev.startgate.GateOpenedEvent;
import dev.startgate.SettleCondition;
import dev.startgate.Settlement;
import dev.startgate.metadata.SettleTimeoutException;
import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.Condition;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of a start if a listener of the application throws.
 */
class FailingListenerTests {

	private final List<ApplicationEvent> heard = new ArrayList<>();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(BootAutoConfigurations.with("boot.autoconfigure"))
		.withPropertyValues("spring.datasource.generate-unique-name=true", "spring.flyway.locations=classpath:db/jpa");

	@Test
	void itDoesNotHideWhyTheStartHasFailed() {
		this.runner
			.withBean("never", SettleCondition.class, () -> new Condition("never", () -> Settlement.notYet("1 of 2")))
			.withPropertyValues("startgate.metadata.timeout=100ms")
			.withInitializer((context) -> context
				.addApplicationListener((ApplicationListener<GateFailedEvent>) this::hearAndFail))
			.run((context) -> assertThat(context.getStartupFailure()).cause()
				.isInstanceOf(SettleTimeoutException.class)
				.hasSuppressedException(new IllegalStateException("the pager is down")));
		assertThat(this.heard).hasSize(1);
	}

	@Test
	void anOpenGateHasNotFailed() {
		this.runner.withInitializer(
				(context) -> context.addApplicationListener((ApplicationListener<GateOpenedEvent>) this::hearAndFail))
			.withInitializer(
					(context) -> context.addApplicationListener((ApplicationListener<GateFailedEvent>) this.heard::add))
			.run((context) -> assertThat(context.getStartupFailure()).hasRootCauseMessage("the pager is down"));
		assertThat(this.heard).singleElement().isInstanceOf(GateOpenedEvent.class);
	}

	private void hearAndFail(ApplicationEvent event) {
		this.heard.add(event);
		throw new IllegalStateException("the pager is down");
	}

}
