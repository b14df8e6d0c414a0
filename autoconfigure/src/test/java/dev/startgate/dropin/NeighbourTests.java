package dev.startgate.dropin;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import com.p6spy.engine.spy.P6DataSource;
import dev.startgate.StartupGate;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Libraries and applications that wrap the {@code DataSource}, which Flyway and the lock
 * then use.
 */
class NeighbourTests {

	@AutoClose
	private final Application application = new Application(true);

	@ParameterizedTest
	@EnumSource
	void aWrappedDataSourceIsUsedAsItIs(Wrapper wrapper) {
		this.application.with(Wrapping.class)
			.with("wrapper=" + wrapper, "spring.datasource.hikari.maximum-pool-size=2");
		for (int start = 0; start < 2; start++) {
			this.application.start((context) -> {
				assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
				assertThat(context.getBean(DataSource.class)).isInstanceOf(wrapper.type);
			});
			this.application.file("sql/V3__add_depot.sql", "alter table parcel add depot int");
		}
		assertThat(this.application.history()).hasSize(3);
		assertThat(this.application.generation()).isEqualTo(2);
	}

	@Test
	void connectionsWithoutAutocommitWillDo() {
		this.application.with("spring.datasource.hikari.auto-commit=false",
				"spring.datasource.hikari.maximum-pool-size=2");
		this.application.file("sql/V3__index.sql", "create index concurrently parcel_id on parcel (id)");
		assertThat(this.application.start()).isEmpty();
		assertThat(this.application.history()).hasSize(3);
		assertThat(this.application.generation()).isOne();
	}

	/**
	 * An application with R2DBC has no {@code DataSource} either.
	 */
	@Test
	void anApplicationWithoutADataSourceIsMigrated() {
		this.application.with("spring.flyway.url=" + this.application.url(), "spring.flyway.user=postgres")
			.runner()
			.withPropertyValues(
					"spring.autoconfigure.exclude=org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
			.withClassLoader(new FilteredClassLoader("com.zaxxer.hikari"))
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.application.history()).hasSize(2);
		assertThat(this.application.generation()).isOne();
	}

	/**
	 * A test suite with {@code @DirtiesContext} starts many contexts in one JVM, and so
	 * does DevTools.
	 */
	@Test
	void whatAContextStartedEndsWithIt() {
		this.application.startWell();
		Set<Long> before = threads();
		int connections = connections();
		for (int start = 0; start < 10; start++) {
			this.application.startWell();
		}
		Awaitility.await().untilAsserted(() -> {
			Set<Long> more = threads();
			more.removeAll(before);
			assertThat(more).hasSizeLessThan(5);
			assertThat(connections()).isLessThanOrEqualTo(connections);
		});
	}

	private static Set<Long> threads() {
		return Thread.getAllStackTraces().keySet().stream().map(Thread::getId).collect(Collectors.toSet());
	}

	private int connections() {
		return this.application.jdbc()
			.queryForObject("select count(*) from pg_stat_activity where datname = current_database()", Integer.class);
	}

	enum Wrapper {

		DATASOURCE_PROXY(DataSource.class), P6SPY(P6DataSource.class), LAZY(LazyConnectionDataSourceProxy.class),
		TRANSACTION_AWARE(TransactionAwareDataSourceProxy.class), ROUTING(AbstractRoutingDataSource.class);

		private final Class<?> type;

		Wrapper(Class<?> type) {
			this.type = type;
		}

		private DataSource wrap(DataSource dataSource) {
			return switch (this) {
				case DATASOURCE_PROXY -> ProxyDataSourceBuilder.create(dataSource).name("proxy").build();
				case P6SPY -> new P6DataSource(dataSource);
				case LAZY -> new LazyConnectionDataSourceProxy(dataSource);
				case TRANSACTION_AWARE -> new TransactionAwareDataSourceProxy(dataSource);
				case ROUTING -> routing(dataSource);
			};
		}

		private static DataSource routing(DataSource dataSource) {
			AbstractRoutingDataSource routing = new AbstractRoutingDataSource() {

				@Override
				protected Object determineCurrentLookupKey() {
					return "writer";
				}

			};
			routing.setTargetDataSources(Map.of("writer", dataSource));
			routing.afterPropertiesSet();
			return routing;
		}

	}

	static class Wrapping {

		@Bean
		static BeanPostProcessor wrapsTheDataSource(Environment environment) {
			Wrapper wrapper = environment.getRequiredProperty("wrapper", Wrapper.class);
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					return (bean instanceof DataSource dataSource) ? wrapper.wrap(dataSource) : bean;
				}

			};
		}

	}

}
