package dev.startgate.lifecycle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.DirectFieldAccessor;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.Lifecycle;
import org.springframework.context.Phased;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * Decides which of the beans that Spring starts by itself wait for the gate: beans from
 * the phase of the gate on, beans that are known to begin work in an earlier phase, and
 * beans that the application names, but never those that it exempts.
 */
public final class Deferral implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(Deferral.class);

	/**
	 * A bean of Spring Integration, which creates more beans later. Their names can't be
	 * known before.
	 */
	private static final String MAKES_BEANS = "nullChannel";

	/**
	 * Types that begin to work by themselves in a phase before the gate. They are known
	 * by name, because the libraries are optional.
	 */
	private static final Set<String> KNOWN_STARTERS = Set.of(
			"org.springframework.integration.endpoint.AbstractPollingEndpoint",
			"org.springframework.integration.endpoint.MessageProducerSupport",
			"org.springframework.integration.gateway.MessagingGatewaySupport",
			"org.springframework.integration.kafka.channel.SubscribableKafkaChannel",
			"org.springframework.cloud.stream.binding.InputBindingLifecycle");

	/**
	 * An endpoint that asks its channel for messages.
	 */
	private static final Set<String> REACTIVE_CONSUMER = Set
		.of("org.springframework.integration.endpoint.ReactiveStreamsConsumer");

	/**
	 * The publishers to which its channel subscribes when the endpoint starts.
	 */
	private static final String PUBLISHERS = "inputChannel.sourcePublishers";

	/**
	 * The servers to which beans of Startgate leave their ports. Such a bean waits if its
	 * server is included.
	 */
	private static final Map<String, String> SERVERS = Map.of("startgateMainProbeHandOver", "webServerStartStop",
			"startgateManagementProbeHandOver", "childManagementContextInitializer");

	private final ConfigurableListableBeanFactory beanFactory;

	private final Set<String> include;

	private final Set<String> exempt;

	/**
	 * Create the rule.
	 * @param beanFactory knows which bean depends on which
	 * @param include the names of beans that have to wait, too
	 * @param exempt the names of beans that do not wait
	 */
	public Deferral(ConfigurableListableBeanFactory beanFactory, Set<String> include, Set<String> exempt) {
		this.beanFactory = beanFactory;
		this.include = Set.copyOf(include);
		this.exempt = Set.copyOf(exempt);
	}

	/**
	 * Check the names before anything is done, as far as possible. Libraries create some
	 * beans later. Those have a dot in their names, except the ones of Spring
	 * Integration.
	 * @throws NotDeferrableException if there will be no bean with one of the names
	 */
	public void checkNames() {
		if (!this.beanFactory.containsBean(MAKES_BEANS)) {
			Stream.concat(this.include.stream(), this.exempt.stream())
				.filter((name) -> !name.contains(".") && !this.beanFactory.containsBean(name))
				.findFirst()
				.ifPresent((name) -> {
					throw new NotDeferrableException(name, candidates());
				});
		}
	}

	private List<String> candidates() {
		return Stream.of(this.beanFactory.getBeanNamesForType(Lifecycle.class, false, false))
			.filter((name) -> !name.equals(AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME))
			.toList();
	}

	/**
	 * Return the names of the beans that wait.
	 * @param beans the beans that Spring starts and stops, by name
	 * @return the names of those that wait
	 * @throws NotDeferrableException if the application names a bean that Spring does not
	 * start
	 */
	Set<String> held(Map<String, Lifecycle> beans) {
		check(this.include, beans);
		check(this.exempt, beans);
		Set<String> held = new LinkedHashSet<>(beans.keySet());
		held.removeIf((name) -> !isHeld(name, beans, new HashSet<>()));
		return held;
	}

	/**
	 * Warn of beans that can't be held, or can't be exempt, because the application has a
	 * {@code lifecycleProcessor} of its own. All beans in a later phase than the gate are
	 * held nevertheless.
	 */
	@Override
	public void afterSingletonsInstantiated() {
		Class<?> type = this.beanFactory.getType(AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME);
		if (type == null || GatedLifecycleProcessor.class.isAssignableFrom(type)) {
			return;
		}
		Map<String, Lifecycle> beans = this.beanFactory.getBeansOfType(Lifecycle.class, false, false);
		Set<String> held = held(beans);
		List<String> notHeld = new ArrayList<>();
		List<String> notExempt = new ArrayList<>();
		beans.forEach((name, bean) -> {
			boolean waits = phase(bean) > GateLifecycle.PHASE;
			if (isStartedByItself(bean) && held.contains(name) && !waits) {
				notHeld.add(name);
			}
			if (isStartedByItself(bean) && isExempt(name) && waits) {
				notExempt.add(name);
			}
		});
		if (!notHeld.isEmpty() || !notExempt.isEmpty()) {
			logger.warn(
					"The application has a lifecycleProcessor of its own ('{}'). So these beans start before the gate "
							+ "is open: {}, and these wait for it although they are exempt: {}",
					type.getName(), notHeld, notExempt);
		}
	}

	private boolean isExempt(String name) {
		return this.exempt.contains(name);
	}

	private void check(Set<String> names, Map<String, Lifecycle> beans) {
		for (String name : names) {
			if (!beans.containsKey(name) && !isInherited(name)) {
				throw new NotDeferrableException(name, beans.keySet());
			}
		}
	}

	/**
	 * A child context has the properties of its parent, which may name beans of the
	 * parent.
	 */
	private boolean isInherited(String name) {
		return !this.beanFactory.containsLocalBean(name) && this.beanFactory.containsBean(name);
	}

	private boolean isHeld(String name, Map<String, Lifecycle> beans, Set<String> seen) {
		Lifecycle bean = beans.get(name);
		if (bean == null || bean instanceof GateLifecycle || isExempt(name) || !seen.add(name)) {
			return false;
		}
		return (isHeldItself(name, bean) && isStartable(bean)) || dependsOnHeld(name, beans, seen);
	}

	private boolean isHeldItself(String name, Lifecycle bean) {
		return this.include.contains(SERVERS.getOrDefault(name, name)) || phase(bean) >= GateLifecycle.PHASE
				|| isOfType(bean, KNOWN_STARTERS)
				|| (isOfType(bean, REACTIVE_CONSUMER) && isFedFromOutside(this.beanFactory.getBean(name)));
	}

	private static boolean isOfType(Lifecycle bean, Set<String> types) {
		return isOfType(bean.getClass(), types)
				|| (bean instanceof FactoryBean<?> factory && isOfType(factory.getObjectType(), types));
	}

	private static boolean isOfType(@Nullable Class<?> type, Set<String> types) {
		for (Class<?> candidate = type; candidate != null; candidate = candidate.getSuperclass()) {
			if (types.contains(candidate.getName())) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return whether a reactive consumer polls a channel, or makes one subscribe to a
	 * publisher. Any other channel needs its consumer for what is sent within the
	 * process.
	 */
	private static boolean isFedFromOutside(Object consumer) {
		DirectFieldAccessor fields = new DirectFieldAccessor(consumer);
		if (fields.isReadableProperty(PUBLISHERS)) {
			return fields.getPropertyValue(PUBLISHERS) instanceof Collection<?> publishers && !publishers.isEmpty();
		}
		Object channel = fields.getPropertyValue("inputChannel");
		return channel != null && ClassUtils.hasMethod(channel.getClass(), "receive");
	}

	/**
	 * Before a bean, Spring starts the beans on which it depends, whatever their phase.
	 */
	private boolean dependsOnHeld(String name, Map<String, Lifecycle> beans, Set<String> seen) {
		return Arrays.stream(this.beanFactory.getDependenciesForBean(name))
			.anyMatch((dependency) -> isHeld(dependency, beans, seen));
	}

	private static boolean isStartable(Lifecycle bean) {
		return !(bean instanceof SmartLifecycle smart) || smart.isAutoStartup();
	}

	static boolean isStartedByItself(Lifecycle bean) {
		return bean instanceof SmartLifecycle smart && smart.isAutoStartup();
	}

	private static int phase(Lifecycle bean) {
		return (bean instanceof Phased phased) ? phased.getPhase() : 0;
	}

}
