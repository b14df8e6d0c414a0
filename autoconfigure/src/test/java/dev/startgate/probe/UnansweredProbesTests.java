package dev.startgate.probe;

import dev.startgate.GateState;
import dev.startgate.autoconfigure.StartgateAutoConfiguration;
import dev.startgate.autoconfigure.StartgateHealthAutoConfiguration;
import dev.startgate.autoconfigure.StartgateProbeAutoConfiguration;
import dev.startgate.autoconfigure.StartgateUnansweredProbesAutoConfiguration;
import dev.startgate.gate.Gate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * If probes can't be answered early, Startgate says so once.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnansweredProbesTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(StartgateAutoConfiguration.class, StartgateHealthAutoConfiguration.class,
						StartgateProbeAutoConfiguration.class, StartgateUnansweredProbesAutoConfiguration.class))
		.withPropertyValues("spring.main.cloud-platform=kubernetes");

	@Test
	void withoutActuatorItIsAWarningOnKubernetes(CapturedOutput output) {
		this.runner.withClassLoader(new FilteredClassLoader(HealthEndpoint.class)).run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean("startgateEarlyProbes");
			assertThat(output).doesNotContain("Probes are not answered");
			UnansweredProbes probes = context.getBean(UnansweredProbes.class);
			Gate gate = new Gate("replica", context.getBean(dev.startgate.gate.Time.class));
			gate.addListener(probes);
			gate.moveTo(GateState.CONNECTING);
			gate.moveTo(GateState.MIGRATING);
			gate.moveTo(GateState.WAITING);
			gate.close();
		});
		assertThat(output).containsOnlyOnce("WARN").containsOnlyOnce("Probes are not answered");
	}

	@Test
	void nothingIsSaidIfProbesAreSwitchedOff() {
		this.runner.withClassLoader(new FilteredClassLoader(HealthEndpoint.class))
			.withPropertyValues("startgate.probe.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(UnansweredProbes.class));
	}

	/**
	 * Such a replica answers no probe early with Actuator either. Its exit is left out
	 * here, because it would end the tests.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "migrate-and-exit", "rehearse" })
	void nothingIsSaidOfAReplicaThatEnds(String mode) {
		this.runner.withClassLoader(new FilteredClassLoader(HealthEndpoint.class))
			.withPropertyValues("startgate.mode=" + mode)
			.withInitializer((context) -> context.addBeanFactoryPostProcessor(
					(beans) -> ((BeanDefinitionRegistry) beans).removeBeanDefinition("startgateExitLifecycle")))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(UnansweredProbes.class));
	}

	/**
	 * Spring reads {@code on} as true.
	 */
	@Test
	void aSwitchOfProbesMayBeOn() {
		this.runner.withClassLoader(new FilteredClassLoader(HealthEndpoint.class))
			.withPropertyValues("startgate.probe.enabled=on")
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(UnansweredProbes.class));
	}

}
