package dev.startgate.flyway;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import dev.startgate.DataMigration;
import dev.startgate.flyway.DataHistoryException.Problem;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * Finds the beans that are data migrations, and keeps them out of the schema's Flyway. It
 * would create them before anything exists that they could use.
 */
public final class DataMigrationBeans implements BeanFactoryPostProcessor {

	private static final String BOOT = "flyway";

	private final List<String> names = new ArrayList<>();

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) throws BeansException {
		this.beanFactory = beanFactory;
		for (String name : beanFactory.getBeanNamesForType(JavaMigration.class, true, false)) {
			if (beanFactory.containsBeanDefinition(name) && !ScopedProxyUtils.isScopedTarget(name)
					&& beanFactory.findAnnotationOnBean(name, DataMigration.class, false) != null) {
				this.names.add(name);
				beanFactory.getBeanDefinition(name).setAutowireCandidate(false);
			}
		}
	}

	/**
	 * Make sure that a Flyway was given no data migration. It gets one if the declared
	 * type of the bean does not show that it is a data migration.
	 */
	static void ensureNoneIn(Flyway flyway) {
		for (JavaMigration migration : flyway.getConfiguration().getJavaMigrations()) {
			if (AnnotationUtils.findAnnotation(migration.getClass(), DataMigration.class) != null) {
				throw new DataHistoryException(Problem.GIVEN_TO_SCHEMA,
						"The data migration %s was given to the Flyway of a schema".formatted(migration.getClass()));
			}
		}
	}

	/**
	 * Return whether there are any.
	 * @return whether a bean is a data migration
	 */
	public boolean areThere() {
		return !this.names.isEmpty();
	}

	/**
	 * Create them, with everything that they depend on.
	 * @return the migrations
	 */
	public List<JavaMigration> create() {
		return this.names.stream().map((name) -> factory().getBean(name, JavaMigration.class)).toList();
	}

	/**
	 * Return whether a Flyway is the one whose schema has the data.
	 * @param name the name of the bean, or of the initializer if its Flyway is no bean
	 * @return whether it is
	 * @throws DataHistoryException if there are several, and none is Boot's or primary
	 */
	public boolean isFor(String name) {
		List<String> all = List.of(factory().getBeanNamesForType(Flyway.class, true, false));
		return all.isEmpty() || name.equals(choose(all));
	}

	private String choose(List<String> all) {
		List<String> primary = all.stream()
			.filter((name) -> factory().containsBeanDefinition(name) && factory().getBeanDefinition(name).isPrimary())
			.toList();
		for (List<String> candidates : List.of(primary, all)) {
			if (candidates.size() == 1) {
				return candidates.get(0);
			}
		}
		if (all.contains(BOOT)) {
			return BOOT;
		}
		throw new DataHistoryException(Problem.SEVERAL_FLYWAYS,
				"There are data migrations, and no telling to which of the Flyways they belong: "
						+ String.join(", ", all));
	}

	private ConfigurableListableBeanFactory factory() {
		return Objects.requireNonNull(this.beanFactory, "Beans are found before any is created");
	}

}
