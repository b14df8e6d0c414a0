package dev.startgate.initializer;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.PriorityOrdered;

/**
 * Calls {@code afterPropertiesSet} of database initializers. The container leaves that
 * call to this processor. So no bean has to be wrapped.
 */
public final class InitializerBeanPostProcessor
		implements MergedBeanDefinitionPostProcessor, BeanFactoryAware, PriorityOrdered {

	private static final String INIT_METHOD = "afterPropertiesSet";

	/**
	 * The thread that creates the beans. Another thread would move the gate at the same
	 * time, and can't get beans that do not exist yet.
	 */
	private final Thread starting = Thread.currentThread();

	private final Set<String> taken = ConcurrentHashMap.newKeySet();

	private @Nullable BeanFactory beanFactory;

	/**
	 * Return whether beans of a type only run scripts. Such a bean has to be created
	 * before the gate opens, because later it would run on each replica.
	 * @param type the type of a bean
	 * @return whether it does
	 */
	public static boolean runsScripts(Class<?> type) {
		return KnownInitializers.runsScripts(type);
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * Run when the container would make the call. It is registered early, because other
	 * processors may need the database, and the container moves it behind these.
	 */
	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	@Override
	public void postProcessMergedBeanDefinition(RootBeanDefinition definition, Class<?> type, String beanName) {
		if (KnownInitializers.isOne(type) && !definition.isSynthetic()) {
			definition.registerExternallyManagedInitMethod(INIT_METHOD);
			this.taken.add(beanName);
		}
	}

	@Override
	public void resetBeanDefinition(String beanName) {
		this.taken.remove(beanName);
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		if (this.taken.contains(beanName) && bean instanceof InitializingBean initializer) {
			try {
				initialize(beanName, initializer);
			}
			catch (RuntimeException ex) {
				throw ex;
			}
			catch (Exception ex) {
				throw new BeanCreationException(beanName, String.valueOf(ex.getMessage()), ex);
			}
		}
		return bean;
	}

	private void initialize(String beanName, InitializingBean initializer) throws Exception {
		if (Thread.currentThread() != this.starting) {
			initializer.afterPropertiesSet();
			return;
		}
		BeanFactory beans = Objects.requireNonNull(this.beanFactory, "The bean factory is set by the container");
		beans.getBean(DatabaseInitializers.class).run(beanName, initializer);
	}

}
