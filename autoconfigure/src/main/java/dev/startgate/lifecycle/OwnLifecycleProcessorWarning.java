package dev.startgate.lifecycle;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.Lifecycle;
import org.springframework.context.support.AbstractApplicationContext;

/**
 * Names what can't be held, or not be exempt, because the application has a
 * {@code lifecycleProcessor} of its own. All that starts in a later phase than the gate
 * is held nevertheless.
 */
public final class OwnLifecycleProcessorWarning implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(OwnLifecycleProcessorWarning.class);

	private final ConfigurableListableBeanFactory beanFactory;

	private final Deferral deferral;

	public OwnLifecycleProcessorWarning(ConfigurableListableBeanFactory beanFactory, Deferral deferral) {
		this.beanFactory = beanFactory;
		this.deferral = deferral;
	}

	@Override
	public void afterSingletonsInstantiated() {
		Class<?> type = this.beanFactory.getType(AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME);
		if (type == null || GatedLifecycleProcessor.class.isAssignableFrom(type)) {
			return;
		}
		Map<String, Lifecycle> beans = this.beanFactory.getBeansOfType(Lifecycle.class, false, false);
		Set<String> held = this.deferral.held(beans);
		List<String> notHeld = new ArrayList<>();
		List<String> notExempt = new ArrayList<>();
		beans.forEach((name, bean) -> {
			boolean waits = Deferral.phase(bean) > GateLifecycle.PHASE;
			if (Deferral.isStartedByItself(bean) && held.contains(name) && !waits) {
				notHeld.add(name);
			}
			if (Deferral.isStartedByItself(bean) && this.deferral.isExempt(name) && waits) {
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

}
