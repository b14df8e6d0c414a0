package dev.startgate.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.startgate.SettleCondition;
import dev.startgate.autoconfigure.StartgateProperties.Metadata;
import dev.startgate.metadata.HttpCondition;
import dev.startgate.metadata.SqlCondition;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;

/**
 * The settle conditions that are configured by properties. They are not beans, because an
 * application may have its own beans of that type.
 */
final class ConfiguredConditions implements Supplier<List<SettleCondition>> {

	private final Metadata properties;

	private final ConfigurableListableBeanFactory beanFactory;

	ConfiguredConditions(Metadata properties, ConfigurableListableBeanFactory beanFactory) {
		this.properties = properties;
		this.beanFactory = beanFactory;
	}

	/**
	 * Check the names of data sources before anything is done. The check creates no bean.
	 * Errors that show only in a bean are found once the conditions are made.
	 */
	void checkNames() {
		for (int n = 0; n < this.properties.sql().size(); n++) {
			String name = this.properties.sql().get(n).dataSource();
			check((name != null) ? mayBeDataSource(name) : mayBeUnique(), property(n), name);
		}
	}

	/**
	 * Return whether a bean may be a data source. Its definition may show a more general
	 * type, as for a bean from JNDI.
	 */
	private boolean mayBeDataSource(String name) {
		if (!this.beanFactory.containsBean(name)) {
			return false;
		}
		Class<?> type = this.beanFactory.getType(name, false);
		return type == null || type.isAssignableFrom(DataSource.class) || DataSource.class.isAssignableFrom(type);
	}

	/**
	 * Return whether Spring may find a data source, here or in a parent, and may know
	 * which one to choose if there are several.
	 */
	private boolean mayBeUnique() {
		List<String> all = names();
		if (all.isEmpty()) {
			return Stream.of(this.beanFactory.getBeanNamesForType(FactoryBean.class, true, false))
				.anyMatch((name) -> mayBeDataSource(BeanFactoryUtils.transformedBeanName(name)));
		}
		List<String> own = List.of(this.beanFactory.getBeanNamesForType(DataSource.class, true, false));
		List<BeanDefinition> defined = own.stream()
			.filter(this.beanFactory::containsBeanDefinition)
			.map(this.beanFactory::getMergedBeanDefinition)
			.toList();
		long behind = defined.stream().filter(ConfiguredConditions::isBehindOthers).count();
		return own.size() < all.size() || own.size() - behind < 2
				|| defined.stream().anyMatch(BeanDefinition::isPrimary);
	}

	private static boolean isBehindOthers(BeanDefinition definition) {
		return !definition.isAutowireCandidate() || definition.isFallback()
				|| (definition instanceof AbstractBeanDefinition bean && !bean.isDefaultCandidate());
	}

	private void check(boolean holds, String property, @Nullable String name) {
		PropertyChecks.isTrue(holds, property, name, "the name of one of the DataSource beans " + names());
	}

	private List<String> names() {
		return List
			.of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beanFactory, DataSource.class, true, false));
	}

	private static String property(int n) {
		return "startgate.metadata.sql[" + n + "].data-source";
	}

	@Override
	public List<SettleCondition> get() {
		List<SettleCondition> conditions = new ArrayList<>();
		this.properties.http()
			.forEach((http) -> conditions.add(new HttpCondition(given(http.name()), given(http.url()),
					http.expectStatus(), http.timeout(), http.stableFor())));
		for (int n = 0; n < this.properties.sql().size(); n++) {
			StartgateProperties.SqlCondition sql = this.properties.sql().get(n);
			conditions.add(new SqlCondition(given(sql.name()), given(sql.query()), sql.timeout(), sql.stableFor(),
					dataSource(property(n), sql.dataSource())));
		}
		return conditions;
	}

	private DataSource dataSource(String property, @Nullable String name) {
		if (name == null) {
			DataSource unique = this.beanFactory.getBeanProvider(DataSource.class).getIfUnique();
			check(unique != null, property, null);
			return given(unique);
		}
		check(names().contains(name), property, name);
		return this.beanFactory.getBean(name, DataSource.class);
	}

	/**
	 * Return a value that was checked before and is not {@code null}.
	 */
	private static <T> T given(@Nullable T value) {
		return Objects.requireNonNull(value);
	}

}
