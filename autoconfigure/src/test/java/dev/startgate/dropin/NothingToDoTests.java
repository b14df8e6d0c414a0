package dev.startgate.dropin;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;

import dev.startgate.MigrationsCompletedEvent;
import dev.startgate.StartupGate;
import dev.startgate.coordination.LockFactory;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A start that finds nothing to do.
 */
@ExtendWith(OutputCaptureExtension.class)
class NothingToDoTests {

	@AutoClose
	private final Application application = new Application(true).with(Watching.class);

	@Test
	void touchesNoRowOfTheLock() {
		this.application.start((context) -> assertThat(context.getBean(Watching.class).opened).isOne());
		List<Map<String, Object>> before = rows();
		assertThat(before).hasSizeGreaterThanOrEqualTo(2);
		this.application.start((context) -> {
			assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
			assertThat(context.getBean(Watching.class).opened).as("connections for the lock").isZero();
			MigrationsCompletedEvent event = context.getBean(Watching.class).event;
			assertThat(event.performedHere()).isFalse();
			assertThat(event.migrated()).singleElement()
				.satisfies((migrated) -> assertThat(migrated.after()).isEqualTo("2"));
		});
		assertThat(rows()).isEqualTo(before);
	}

	@Test
	void doesNotEvenAskFlyway(CapturedOutput output) {
		String asked = "Database: " + this.application.url();
		this.application.start((context) -> assertThat(output).contains(asked));
		int before = output.length();
		this.application.start((context) -> {
			assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
			assertThat(output.toString().substring(before)).doesNotContain(asked);
		});
	}

	@Test
	void takesNoLockAfterARepeatableMigrationWasChanged() {
		for (String columns : List.of("1 as a", "1 as a, 2 as b")) {
			this.application.file("sql/R__view.sql", "create or replace view one as select " + columns)
				.start((context) -> assertThat(context.getBean(Watching.class).opened).isOne());
		}
		this.application.start((context) -> assertThat(context.getBean(Watching.class).opened).isZero());
	}

	@Test
	void doesNotMissTheTablesOfTheLock() {
		this.application.startWell();
		this.application.jdbc().execute("drop table startgate_lock, startgate_record");
		this.application.start((context) -> assertThat(context.getBean(StartupGate.class).isOpen()).isTrue());
		assertThat(this.application.jdbc().queryForObject("select to_regclass('startgate_lock')::text", String.class))
			.isNull();
	}

	/**
	 * Return all rows with their place and transaction. An update changes both, even if
	 * it sets the same values.
	 */
	private List<Map<String, Object>> rows() {
		return this.application.jdbc()
			.queryForList("select 'lock' kind, xmin::text, ctid::text, to_jsonb(l)::text from startgate_lock l"
					+ " union all select 'record', xmin::text, ctid::text, to_jsonb(r)::text from startgate_record r"
					+ " order by 1, 3");
	}

	@Configuration(proxyBeanMethods = false)
	static class Watching {

		private int opened;

		private MigrationsCompletedEvent event;

		@EventListener
		void completed(MigrationsCompletedEvent event) {
			this.event = event;
		}

		@Bean
		static BeanPostProcessor lockSourceWatch(ObjectProvider<Watching> watching) {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					if (!(bean instanceof LockFactory)) {
						return bean;
					}
					return Proxy.newProxyInstance(bean.getClass().getClassLoader(),
							new Class<?>[] { LockFactory.class }, (proxy, method, arguments) -> {
								if (method.getName().equals("open")) {
									watching.getObject().opened++;
								}
								return method.invoke(bean, arguments);
							});
				}

			};
		}

	}

}
