package dev.startgate.lifecycle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.startgate.MetadataSource;
import dev.startgate.MetadataSource.Phase;
import dev.startgate.Precondition;
import dev.startgate.SettleCondition;
import dev.startgate.coordination.ProtectedSchema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanCurrentlyInCreationException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;

/**
 * Finds the beans that have to settle. Some are found while other beans are still being
 * created, all of them when the context is complete.
 */
public final class ContributedConditions {

	private static final Logger logger = LoggerFactory.getLogger(ContributedConditions.class);

	private final ListableBeanFactory beanFactory;

	private final Supplier<Optional<ProtectedSchema>> migrated;

	private final Supplier<List<SettleCondition>> configured;

	/** The sources that themselves depend on the migrations. */
	private final Set<String> waiting = ConcurrentHashMap.newKeySet();

	/**
	 * Create a new object.
	 * @param beanFactory where the beans are
	 * @param migrated the schema that was migrated, if any
	 * @param configured the conditions that are not beans, asked once all beans exist
	 */
	public ContributedConditions(ListableBeanFactory beanFactory, Supplier<Optional<ProtectedSchema>> migrated,
			Supplier<List<SettleCondition>> configured) {
		this.beanFactory = beanFactory;
		this.migrated = migrated;
		this.configured = configured;
	}

	/**
	 * Return the sources that can be created before the migrations have run.
	 * @return the sources, in order
	 */
	public List<MetadataSource> available() {
		return available(MetadataSource.class, (name) -> {
			logger.debug("Metadata source '{}' waits for the migrations itself", name);
			this.waiting.add(name);
		});
	}

	/**
	 * Return the preconditions, before the migrations run.
	 * @return the preconditions, in order
	 */
	public List<Precondition> preconditions() {
		return available(Precondition.class, (name) -> {
			throw new WaitsForMigrationsException("precondition", name);
		});
	}

	private <T> List<T> available(Class<T> type, Consumer<String> waitsForMigrations) {
		List<T> available = new ArrayList<>();
		String[] names = (gatedParent() != null) ? this.beanFactory.getBeanNamesForType(type, true, false)
				: BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beanFactory, type, true, false);
		for (String name : names) {
			if (ScopedProxyUtils.isScopedTarget(name)) {
				continue;
			}
			try {
				available.add(this.beanFactory.getBean(name, type));
			}
			catch (BeanCreationException ex) {
				if (!ex.contains(BeanCurrentlyInCreationException.class)) {
					throw ex;
				}
				waitsForMigrations.accept(name);
			}
		}
		AnnotationAwareOrderComparator.sort(available);
		return available;
	}

	List<SettleCondition> all() {
		return Stream.concat(own(), this.configured.get().stream()).toList();
	}

	List<MetadataSource> sources() {
		for (String name : this.waiting) {
			if (this.beanFactory.getBean(name, MetadataSource.class).phase() == Phase.BEFORE_MIGRATIONS) {
				throw new WaitsForMigrationsException("metadata source", name);
			}
		}
		// a source may be declared as a bean of type SettleCondition
		return own().filter(MetadataSource.class::isInstance).map(MetadataSource.class::cast).toList();
	}

	/**
	 * Return the beans that a parent has not settled. A parent that has a gate of its own
	 * settles its beans before the child is there. The target of a scoped proxy is not
	 * asked beside its proxy.
	 */
	private Stream<SettleCondition> own() {
		BeanFactory parent = gatedParent();
		Set<SettleCondition> others = Collections.newSetFromMap(new IdentityHashMap<>());
		if (parent != null) {
			parent.getBeanProvider(SettleCondition.class).forEach(others::add);
		}
		Stream
			.of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beanFactory, SettleCondition.class, true,
					false))
			.filter(ScopedProxyUtils::isScopedTarget)
			.forEach((name) -> others.add(this.beanFactory.getBean(name, SettleCondition.class)));
		return this.beanFactory.getBeanProvider(SettleCondition.class)
			.orderedStream()
			.filter((bean) -> !others.contains(bean));
	}

	private @Nullable BeanFactory gatedParent() {
		BeanFactory parent = (this.beanFactory instanceof HierarchicalBeanFactory child) ? child.getParentBeanFactory()
				: null;
		boolean gated = parent != null && parent.getBeanProvider(GateLifecycle.class).stream().findAny().isPresent();
		return gated ? parent : null;
	}

	/**
	 * Return where metadata is recorded: beside a migrated schema, else in the only data
	 * source.
	 */
	ProtectedSchema home() {
		return this.migrated.get().orElseGet(() -> {
			DataSource dataSource = this.beanFactory.getBeanProvider(DataSource.class).getIfUnique();
			if (dataSource == null) {
				throw new NoMetadataHomeException();
			}
			return new ProtectedSchema(dataSource, null, null, "metadata", ProtectedSchema.NOTHING);
		});
	}

}
