package dev.startgate.chaos;

import java.util.function.Consumer;

import dev.startgate.StartupGate;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.PriorityOrdered;

/**
 * Follows the gate in a thread of its own, from the moment at which the gate is created.
 * Most of the start happens before there are other beans.
 */
final class GateWatch implements BeanPostProcessor, PriorityOrdered {

	private final Consumer<StartupGate> follower;

	GateWatch(Consumer<StartupGate> follower) {
		this.follower = follower;
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String name) {
		if (bean instanceof StartupGate gate) {
			TcpProxy.daemon(() -> this.follower.accept(gate), "gate-watch");
		}
		return bean;
	}

}
