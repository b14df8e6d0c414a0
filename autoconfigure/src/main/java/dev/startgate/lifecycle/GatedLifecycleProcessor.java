package dev.startgate.lifecycle;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.Lifecycle;
import org.springframework.context.support.DefaultLifecycleProcessor;

/**
 * Starts a context in four parts: the end of a replica that only migrates, the beans that
 * need not wait, the gate, and the beans that were held. Spring's own order applies
 * within each part and to everything else, above all to the stop.
 */
public final class GatedLifecycleProcessor extends DefaultLifecycleProcessor {

	private static final Logger logger = LoggerFactory.getLogger(GatedLifecycleProcessor.class);

	private final Deferral deferral;

	private final Consumer<Set<String>> held;

	/**
	 * The beans of the next start. A stop covers all beans, even if it follows a start
	 * that has failed.
	 */
	private volatile @Nullable Map<String, Lifecycle> part;

	/**
	 * Create the processor.
	 * @param deferral decides which beans are held
	 * @param held takes the names of the held beans, and an empty set at the end
	 */
	public GatedLifecycleProcessor(Deferral deferral, Consumer<Set<String>> held) {
		this.deferral = deferral;
		this.held = held;
	}

	@Override
	public void onRefresh() {
		Map<String, Lifecycle> all = getLifecycleBeans();
		Set<String> held = this.deferral.held(all);
		this.held.accept(held);
		logger.debug("Held until the gate is open: {}", held);
		// within a phase Spring would start beans of the application first
		start(all, (name, bean) -> bean instanceof ExitLifecycle);
		start(all, (name, bean) -> !isGate(bean) && !held.contains(name));
		start(all, (name, bean) -> isGate(bean));
		// a held bean may need one that does not start by itself
		start(all, (name, bean) -> !isGate(bean) && (held.contains(name) || !Deferral.isStartedByItself(bean)));
		this.held.accept(Set.of());
	}

	private void start(Map<String, Lifecycle> all, BiPredicate<String, Lifecycle> condition) {
		Map<String, Lifecycle> part = new LinkedHashMap<>(all);
		part.entrySet().removeIf((entry) -> !condition.test(entry.getKey(), entry.getValue()));
		this.part = part;
		super.onRefresh();
	}

	@Override
	protected Map<String, Lifecycle> getLifecycleBeans() {
		Map<String, Lifecycle> part = this.part;
		this.part = null;
		return (part != null) ? part : super.getLifecycleBeans();
	}

	private static boolean isGate(Lifecycle bean) {
		return bean instanceof GateLifecycle;
	}

}
