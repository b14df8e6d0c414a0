package dev.startgate.autoconfigure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * The data sources that exist. Others have no connections to retire.
 */
final class CreatedDataSources implements Supplier<Collection<DataSource>> {

	private final ConfigurableListableBeanFactory beanFactory;

	CreatedDataSources(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public Collection<DataSource> get() {
		List<DataSource> created = new ArrayList<>();
		for (String name : this.beanFactory.getBeanNamesForType(DataSource.class, false, false)) {
			Object bean = this.beanFactory.getSingleton(name);
			if (bean instanceof FactoryBean<?> && hasProduct(name)) {
				bean = this.beanFactory.getBean(name);
			}
			if (bean instanceof DataSource dataSource) {
				created.add(dataSource);
			}
		}
		return created;
	}

	/**
	 * A bean that depends on a factory bean has its product. A scoped proxy is such a
	 * product, but would create its target.
	 */
	private boolean hasProduct(String name) {
		return this.beanFactory.getDependentBeans(name).length > 0
				&& !this.beanFactory.containsBean(ScopedProxyUtils.getTargetBeanName(name));
	}

}
