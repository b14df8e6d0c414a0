package dev.startgate.dropin;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Takes Startgate out of an application, as {@code docs/how-to/removing-startgate.md}
 * says, and adds it again.
 */
class RemovalTests {

	@Test
	void theApplicationGoesOnWithoutStartgateAndWithoutItsTables() {
		try (Application application = new Application(true)) {
			assertThat(application.start()).isEmpty();
			application.file("sql/V3__add_depot.sql", "alter table parcel add depot int");
			startWithoutStartgate(application);
			assertThat(application.history()).hasSize(3);
			application.jdbc().execute("drop table startgate_lock");
			application.jdbc().execute("drop table startgate_record");
			application.file("sql/V4__add_route.sql", "alter table parcel add route int");
			startWithoutStartgate(application);
			assertThat(application.history()).hasSize(4);
			application.file("sql/V5__add_stop.sql", "alter table parcel add stop int");
			assertThat(application.start()).isEmpty();
			assertThat(application.history()).hasSize(5);
		}
	}

	private static void startWithoutStartgate(Application application) {
		application
			.runner(AutoConfigurations.of(DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
					FlywayAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("dev.startgate", "net.javacrumbs.shedlock"))
			.run((context) -> assertThat(context).hasNotFailed());
	}

}
