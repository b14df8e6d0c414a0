package dev.startgate.flyway;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.BeansException;
import org.springframework.beans.DirectFieldAccessor;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanFactory;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationInitializer;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.core.PriorityOrdered;
import org.springframework.util.ClassUtils;

/**
 * Replaces each Flyway bean by a coordinated one, and each initializer that may do
 * anything by a coordinated initializer. Both keep their bean names, because other beans
 * may refer to them in {@code @DependsOn}. It is one of the first processors, because
 * another one, or an advisor, may need the database and with it the Flyway. As soon as
 * all processors are there, that in the usual order acts instead.
 */
public final class FlywayBeanPostProcessor implements BeanPostProcessor, BeanFactoryAware, PriorityOrdered {

	private static final boolean BOOT = ClassUtils.isPresent(
			"org.springframework.boot.flyway.autoconfigure.FlywayMigrationInitializer",
			FlywayBeanPostProcessor.class.getClassLoader());

	private final BeanPostProcessor usual = new Usual();

	private @Nullable ConfigurableBeanFactory beanFactory;

	/**
	 * Return whether beans of a type migrate when they are created.
	 * @param type the type of a bean
	 * @return whether it is a Flyway or Boot's initializer of one
	 */
	public static boolean isMigrating(Class<?> type) {
		return Flyway.class.isAssignableFrom(type) || (BOOT && Initializers.isOne(type));
	}

	/**
	 * Return the processor that does the same in the usual order, after those that wrap
	 * or replace a Flyway.
	 * @return the processor
	 */
	public BeanPostProcessor inUsualOrder() {
		return this.usual;
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (ConfigurableBeanFactory) beanFactory;
	}

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) throws BeansException {
		return isEarly() ? coordinate(bean, beanName) : bean;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) throws BeansException {
		return isEarly() ? coordinateProduct(bean, beanName) : bean;
	}

	private boolean isEarly() {
		return !(factory() instanceof AbstractBeanFactory beans && beans.getBeanPostProcessors().contains(this.usual));
	}

	/**
	 * The product of a factory bean is not initialized. The target of a scoped proxy is a
	 * bean of its own.
	 */
	private Object coordinateProduct(Object bean, String beanName) {
		return (bean instanceof Flyway && isProduct(beanName)) ? coordinate(bean, beanName) : bean;
	}

	private boolean isProduct(String beanName) {
		return factory().containsBean(beanName) && factory().isFactoryBean(beanName)
				&& !factory().containsBean(ScopedProxyUtils.getTargetBeanName(beanName));
	}

	private Object coordinate(Object bean, String beanName) {
		if (bean instanceof Flyway flyway && isReal(flyway) && CoordinatedSubclass.find(flyway).isEmpty()) {
			DataMigrationBeans.ensureNoneIn(flyway);
			CoordinatedFlyway coordinated = new CoordinatedFlyway(flyway, called(beanName), this::coordinator);
			return (flyway.getClass() == Flyway.class) ? coordinated : CoordinatedSubclass.of(coordinated);
		}
		if (BOOT && Initializers.isUnknown(bean)) {
			Flyway flyway = flywayOf(bean, beanName);
			return isReal(flyway) ? Initializers.coordinate(bean, coordinated(flyway, beanName), coordinator()) : bean;
		}
		return bean;
	}

	/**
	 * A mock in a test has no configuration, and reaches no database.
	 */
	private static boolean isReal(Flyway flyway) {
		return flyway.getConfiguration() != null;
	}

	private CoordinatedFlyway coordinated(Flyway flyway, String beanName) {
		return CoordinatedSubclass.find(flyway)
			.orElseGet(() -> new CoordinatedFlyway(flyway, called(beanName), this::coordinator));
	}

	private FlywayName called(String beanName) {
		return FlywayName.ofBean(
				ScopedProxyUtils.isScopedTarget(beanName) ? ScopedProxyUtils.getOriginalBeanName(beanName) : beanName,
				factory() instanceof ListableBeanFactory beans
						&& Stream.of(beans.getBeanNamesForType(Flyway.class, true, false))
							.filter((name) -> !ScopedProxyUtils.isScopedTarget(name))
							.count() > 1);
	}

	private FlywayCoordinator coordinator() {
		return factory().getBean(FlywayCoordinator.class);
	}

	/**
	 * An initializer has no getter for its Flyway. If its field can't be read either, the
	 * container knows what was injected.
	 */
	private Flyway flywayOf(Object initializer, String beanName) {
		return Initializers.flywayIn(initializer)
			.or(() -> injectedInto(beanName))
			.orElseThrow(() -> new IllegalStateException("No Flyway was injected into '" + beanName + "'"));
	}

	private Optional<Flyway> injectedInto(String beanName) {
		return Arrays.stream(factory().getDependenciesForBean(beanName))
			.filter((name) -> factory().isTypeMatch(name, Flyway.class))
			.map((name) -> factory().getBean(name, Flyway.class))
			.findFirst();
	}

	private ConfigurableBeanFactory factory() {
		return Objects.requireNonNull(this.beanFactory, "The bean factory is set by the container");
	}

	private final class Usual implements BeanPostProcessor {

		@Override
		public Object postProcessBeforeInitialization(Object bean, String beanName) {
			return coordinate(bean, beanName);
		}

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			return coordinateProduct(bean, beanName);
		}

	}

	/**
	 * A class of its own, because Boot's Flyway module is optional.
	 */
	private static final class Initializers {

		static boolean isOne(Class<?> type) {
			return FlywayMigrationInitializer.class.isAssignableFrom(type);
		}

		/**
		 * Boot's own initializer without a strategy calls {@code migrate()}, which is
		 * coordinated already.
		 */
		static boolean isUnknown(Object bean) {
			return bean instanceof FlywayMigrationInitializer && !(bean instanceof CoordinatedInitializer)
					&& (bean.getClass() != FlywayMigrationInitializer.class || hasStrategy(bean)
							|| flywayIn(bean).flatMap(CoordinatedSubclass::find).isEmpty());
		}

		private static boolean hasStrategy(Object initializer) {
			try {
				return strategyIn(initializer) != null;
			}
			catch (BeansException ex) {
				return true;
			}
		}

		private static @Nullable FlywayMigrationStrategy strategyIn(Object initializer) {
			return (FlywayMigrationStrategy) new DirectFieldAccessor(initializer).getPropertyValue("migrationStrategy");
		}

		static Optional<Flyway> flywayIn(Object initializer) {
			try {
				return Optional.ofNullable((Flyway) new DirectFieldAccessor(initializer).getPropertyValue("flyway"));
			}
			catch (BeansException ex) {
				return Optional.empty();
			}
		}

		/**
		 * Boot's own initializer may have a Flyway that is no bean, which is replaced by
		 * a coordinated one. That is enough if it has no strategy.
		 */
		static Object coordinate(Object initializer, CoordinatedFlyway flyway, FlywayCoordinator coordinator) {
			FlywayMigrationInitializer application = (FlywayMigrationInitializer) initializer;
			if (application.getClass() != FlywayMigrationInitializer.class) {
				return new CoordinatedInitializer(application, flyway, coordinator);
			}
			boolean strategy = hasStrategy(application);
			FlywayMigrationInitializer own = new FlywayMigrationInitializer(flyway,
					strategy ? strategyIn(application) : null);
			own.setOrder(application.getOrder());
			return strategy ? new CoordinatedInitializer(own, flyway, coordinator) : own;
		}

	}

}
