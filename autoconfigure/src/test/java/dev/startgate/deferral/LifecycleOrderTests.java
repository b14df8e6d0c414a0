package dev.startgate.deferral;

import java.util.List;

import dev.startgate.GateOpenedEvent;
import dev.startgate.SettleCondition;
import dev.startgate.Settlement;
import dev.startgate.lifecycle.GatedLifecycleProcessor;
import dev.startgate.testing.Condition;
import dev.startgate.testing.Started;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContextException;
import org.springframework.context.ApplicationListener;
import org.springframework.context.Lifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.support.DefaultLifecycleProcessor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests the order in which Spring starts and stops beans of all phases.
 */
@ExtendWith(OutputCaptureExtension.class)
class LifecycleOrderTests {

	private static final String[] NAMES = { "startgate.defer.include=included", "startgate.defer.exempt=exempt" };

	static final List<String> GATED = List.of("early", "exempt", "open", "included", "passive", "late", "dependent");

	private static final List<String> STOPS = List.of("stop exempt", "stop dependent", "stop late", "stop early",
			"stop passive", "stop included");

	@Test
	void withoutStartgateABeanStartsInItsPhaseAndAfterWhatItDependsOn() {
		SmallApplication application = new SmallApplication(Application.class).startWithout(NAMES);
		assertThat(application.calls().all()).containsExactly("included", "early", "passive", "late", "dependent",
				"exempt");
		assertThat(application.hold().asked()).isZero();
		assertThat(stops(application)).containsExactlyElementsOf(STOPS);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whatIsHeldStartsOnceTheGateIsOpenAndStopsAsBefore(boolean lazy) {
		SmallApplication application = new SmallApplication(Application.class)
			.with((builder) -> builder.lazyInitialization(lazy))
			.start(NAMES);
		assertThat(application.calls().all()).containsExactlyElementsOf(GATED);
		assertThat(stops(application)).containsExactlyElementsOf(STOPS);
	}

	@Test
	void whatIsNotHeldStartsBeforeTheGateOpens() {
		try (SmallApplication application = new SmallApplication(Application.class).start()) {
			assertThat(application.calls().early()).containsExactly("included", "early");
		}
	}

	@Test
	void aConditionThatNeedsABeanHoldsOnlyIfThatBeanIsExempt(CapturedOutput output) {
		assertThatException().isThrownBy(
				() -> new SmallApplication(Application.class, Needing.class).start("startgate.metadata.timeout=1s"));
		assertThat(output.getAll()).contains("'needing', asked since", "'startgate.defer.exempt'");
		try (SmallApplication application = new SmallApplication(Application.class, Needing.class).start(NAMES)) {
			assertThat(application.calls().all()).containsExactlyElementsOf(GATED);
		}
	}

	@Test
	void aStartThatFailsStopsWhatHadStarted() {
		SmallApplication application = new SmallApplication(Application.class, Failing.class);
		assertThatExceptionOfType(ApplicationContextException.class).isThrownBy(() -> application.start(NAMES))
			.withMessageContaining("'failing'");
		assertThat(application.calls().all().subList(0, GATED.size())).containsExactlyElementsOf(GATED);
		assertThat(application.calls().all().subList(GATED.size(), application.calls().all().size()))
			.containsExactlyElementsOf(STOPS);
	}

	@Test
	void aContextThatIsPausedAndRestartedGoesOnWithItsGateOpen() {
		try (SmallApplication application = new SmallApplication(Application.class).start(NAMES)) {
			int asked = application.hold().asked();
			application.context().pause();
			int paused = application.calls().all().size();
			application.context().restart();
			List<String> calls = application.calls().all();
			assertThat(calls.subList(paused, calls.size())).containsExactlyInAnyOrder("included", "early", "late",
					"dependent", "exempt");
			assertThat(application.hold().asked()).isEqualTo(asked);
		}
	}

	/**
	 * Such a start is about all beans, also about those that do not start by themselves.
	 */
	@Test
	void aContextThatIsStoppedAndStartedGoesOnWithItsGateOpen() {
		try (SmallApplication application = new SmallApplication(Application.class).start(NAMES)) {
			int asked = application.hold().asked();
			application.context().stop();
			int stopped = application.calls().all().size();
			application.context().start();
			List<String> calls = application.calls().all();
			assertThat(calls.subList(stopped, calls.size())).contains("included", "early", "late");
			assertThat(application.hold().asked()).isEqualTo(asked);
		}
	}

	@Test
	void theTimeToStopIsThatOfTheApplication() {
		try (SmallApplication application = new SmallApplication()
			.start("spring.lifecycle.timeout-per-shutdown-phase=7s")) {
			assertThat(application.bean(GatedLifecycleProcessor.class)).extracting("timeoutPerShutdownPhase")
				.isEqualTo(7000L);
		}
	}

	@Test
	void aProcessorOfTheApplicationStaysAndWhatCanNotBeHeldIsNamedOnce(CapturedOutput output) {
		try (SmallApplication application = new SmallApplication(Application.class, OwnProcessor.class).start(NAMES)) {
			assertThat(application.calls().early()).containsExactly("included", "early", "passive", "late",
					"dependent");
			assertThat(output.getAll().lines().filter((line) -> line.contains(" WARN "))).singleElement()
				.asString()
				.contains(DefaultLifecycleProcessor.class.getName(), "[included, dependent]", "[exempt]");
		}
	}

	@Test
	void aProcessorOfTheApplicationThatKeepsNothingFromBeingHeldIsNotWorthAWord(CapturedOutput output) {
		try (SmallApplication application = new SmallApplication(OwnProcessor.class).start()) {
			assertThat(application.hold().isReleased()).isTrue();
			assertThat(output).doesNotContain(" WARN ");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "include", "exempt" })
	void aNameThatIsNoneFailsTheStartBeforeAnythingStarts(String list, CapturedOutput output) {
		SmallApplication application = new SmallApplication(Application.class);
		assertThatException().isThrownBy(() -> application.start("startgate.defer." + list + "=layt"));
		assertThat(output.getAll()).contains("APPLICATION FAILED TO START", "'startgate.defer." + list + "'", "'layt'",
				"dependent, early, exempt, included, late, passive, ");
		assertThat(application.calls().all()).isEmpty();
	}

	@Test
	void aNameThatIsInBothListsFailsTheStart(CapturedOutput output) {
		SmallApplication application = new SmallApplication(Application.class);
		assertThatException()
			.isThrownBy(() -> application.start("startgate.defer.include=early,late", "startgate.defer.exempt=late"));
		assertThat(output.getAll()).contains("APPLICATION FAILED TO START", "'late' of 'startgate.defer.include'");
	}

	@Test
	void aParentAndItsChildHaveAGateEach() {
		try (SmallApplication parent = new SmallApplication(Application.class).start(NAMES)) {
			assertThat(parent.calls().all()).containsExactlyElementsOf(GATED);
			try (SmallApplication child = new SmallApplication(Child.class)
				.with((builder) -> builder.parent(parent.context()))
				.start("startgate.defer.include=included,ofChild")) {
				assertThat(child.calls().all()).containsExactly("open", "ofChild");
			}
		}
	}

	private static List<String> stops(SmallApplication application) {
		int started = application.calls().all().size();
		application.close();
		return application.calls().all().subList(started, application.calls().all().size());
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		RecordedLifecycle early(Calls calls) {
			return new RecordedLifecycle(calls, "early", 0);
		}

		@Bean
		RecordedLifecycle included(Calls calls) {
			return new RecordedLifecycle(calls, "included", -5);
		}

		@Bean
		@DependsOn("late")
		RecordedLifecycle dependent(Calls calls) {
			return new RecordedLifecycle(calls, "dependent", 0);
		}

		@Bean
		@DependsOn("passive")
		RecordedLifecycle late(Calls calls) {
			return new RecordedLifecycle(calls, "late", Integer.MAX_VALUE - 100);
		}

		@Bean
		Lifecycle passive(Calls calls) {
			return new Passive(new RecordedLifecycle(calls, "passive", 0));
		}

		@Bean
		RecordedLifecycle exempt(Calls calls) {
			return new RecordedLifecycle(calls, "exempt", Integer.MAX_VALUE);
		}

		@Bean
		RecordedLifecycle stopped(Calls calls) {
			return new RecordedLifecycle(calls, "stopped", Integer.MAX_VALUE, false);
		}

		@Bean
		ApplicationListener<GateOpenedEvent> opened(Calls calls) {
			return (event) -> calls.add("open");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Child {

		@Bean
		RecordedLifecycle ofChild(Calls calls) {
			return new RecordedLifecycle(calls, "ofChild", 0);
		}

		@Bean
		ApplicationListener<GateOpenedEvent> childOpened(Calls calls) {
			return (event) -> calls.add("open");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnProcessor {

		@Bean
		DefaultLifecycleProcessor lifecycleProcessor() {
			return new DefaultLifecycleProcessor();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Failing {

		@Bean
		SmartLifecycle failing() {
			return new Started(SmartLifecycle.DEFAULT_PHASE, () -> {
				throw new IllegalStateException("on purpose");
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Needing {

		@Bean
		SettleCondition needing(Calls calls) {
			return new Condition("needing",
					() -> calls.all().contains("exempt") ? Settlement.done() : Settlement.notYet("not started"));
		}

	}

	/**
	 * Starts only because another bean depends on it: it is no {@link SmartLifecycle}.
	 */
	record Passive(RecordedLifecycle recorded) implements Lifecycle {

		@Override
		public void start() {
			this.recorded.start();
		}

		@Override
		public void stop() {
			this.recorded.stop();
		}

		@Override
		public boolean isRunning() {
			return this.recorded.isRunning();
		}

	}

}
