package dev.startgate.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import javax.sql.DataSource;

import dev.startgate.SettleCondition;
import dev.startgate.autoconfigure.StartgateProperties.Metadata;
import dev.startgate.metadata.HttpCondition;
import dev.startgate.metadata.SqlCondition;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;

/**
 * The settle conditions without code. They are no beans, because applications have beans
 * of that type.
 */
final class ConfiguredConditions implements Supplier<List<SettleCondition>> {

	private final Metadata properties;

	private final ListableBeanFactory beanFactory;

	ConfiguredConditions(Metadata properties, ListableBeanFactory beanFactory) {
		this.properties = properties;
		this.beanFactory = beanFactory;
	}

	/**
	 * Look at the names of data sources before anything is done.
	 */
	void checkNames() {
		for (int n = 0; n < this.properties.sql().size(); n++) {
			String name = this.properties.sql().get(n).dataSource();
			if (name != null && !this.beanFactory.containsBean(name)) {
				dataSource(property(n), name);
			}
		}
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
		List<String> names = List
			.of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beanFactory, DataSource.class, true, false));
		if (name == null) {
			DataSource unique = this.beanFactory.getBeanProvider(DataSource.class).getIfUnique();
			PropertyChecks.isTrue(unique != null, property, null, "the name of one of the DataSource beans " + names);
			return given(unique);
		}
		PropertyChecks.isTrue(names.contains(name), property, name, "the name of one of the DataSource beans " + names);
		return this.beanFactory.getBean(name, DataSource.class);
	}

	/**
	 * The properties have been checked.
	 */
	private static <T> T given(@Nullable T value) {
		return Objects.requireNonNull(value);
	}

}
