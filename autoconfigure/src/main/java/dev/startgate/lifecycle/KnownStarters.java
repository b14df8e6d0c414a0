package dev.startgate.lifecycle;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.context.Lifecycle;

/**
 * What begins to work on its own account in a phase before that of the gate. By name:
 * none of these libraries need be there.
 */
final class KnownStarters {

	private static final Set<String> TYPES = Set.of("org.springframework.integration.endpoint.AbstractPollingEndpoint",
			"org.springframework.integration.endpoint.MessageProducerSupport",
			"org.springframework.integration.gateway.MessagingGatewaySupport",
			"org.springframework.integration.kafka.channel.SubscribableKafkaChannel",
			"org.springframework.cloud.stream.binding.InputBindingLifecycle");

	private KnownStarters() {
	}

	static boolean contains(Lifecycle bean) {
		return contains(bean.getClass())
				|| (bean instanceof FactoryBean<?> factory && contains(factory.getObjectType()));
	}

	private static boolean contains(@Nullable Class<?> type) {
		for (Class<?> candidate = type; candidate != null; candidate = candidate.getSuperclass()) {
			if (TYPES.contains(candidate.getName())) {
				return true;
			}
		}
		return false;
	}

}
