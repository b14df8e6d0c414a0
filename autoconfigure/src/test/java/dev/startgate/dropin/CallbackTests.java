package dev.startgate.dropin;

import java.util.List;

import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Callbacks run as often as in plain Boot, at the first start and at the second.
 */
class CallbackTests {

	private static final String COUNT = "insert into called(event) values ('%s')";

	@Test
	void scriptsBesideTheMigrations() {
		Comparison.sameAsPlainBoot((application) -> startTwice(scripts(application, "sql")))
			.contains("afterMigrate 2", "beforeEachMigrate 2", "beforeMigrate 2");
	}

	@Test
	void scriptsInLocationsOfTheirOwn() {
		Comparison
			.sameAsPlainBoot((application) -> startTwice(scripts(application, "callbacks")
				.with("spring.flyway.callback-locations=" + application.location("callbacks"))))
			.contains("afterMigrate 2", "beforeEachMigrate 2", "beforeMigrate 2");
	}

	@Test
	void scriptsAroundABaseline() {
		Comparison
			.sameAsPlainBoot((application) -> startTwice(scripts(application, "sql")
				.with("spring.flyway.baseline-on-migrate=true", "spring.flyway.baseline-version=1")))
			.contains("beforeBaseline 1", "afterBaseline 1", "afterMigrate 2");
	}

	@Test
	void scriptsBeforeASchemaIsCreated() {
		Comparison
			.sameAsPlainBoot((application) -> startTwice(application
				.file("sql/beforeCreateSchema.sql",
						"create schema if not exists other authorization pg_monitor;"
								+ COUNT.formatted("beforeCreateSchema").replace("called", "public.called"))
				.with("spring.flyway.schemas=other")))
			.contains("beforeCreateSchema 2");
	}

	@Test
	void scriptsAroundAFailure() {
		Comparison
			.sameAsPlainBoot(
					(application) -> startTwice(scripts(application, "sql").file("sql/V3__fail.sql", "select 1 / 0")))
			.contains("afterMigrateError 2", "beforeMigrate 2");
	}

	@Test
	void beans() {
		Comparison.sameAsPlainBoot((application) -> startTwice(application.with(CallbackBean.class)))
			.contains("afterMigrate 2", "afterEachMigrate 2", "beforeValidate 2", "beforeCreateSchema 2");
	}

	@Test
	void beansWhereAllWasMigratedWithoutStartgate() {
		Comparison.sameAsPlainBoot((application) -> {
			startTwice(application.with(CallbackBean.class));
			application.jdbc().execute("drop table if exists startgate_lock, startgate_record");
			application.file("sql/V3__create_letter.sql", "create table letter (id int)").start();
			return called(application);
		}).contains("afterMigrate 3", "afterEachMigrate 3", "beforeCreateSchema 3");
	}

	private static Application scripts(Application application, String directory) {
		for (String event : List.of("beforeMigrate", "afterMigrate", "beforeEachMigrate", "beforeValidate",
				"beforeBaseline", "afterBaseline", "afterMigrateError", "afterMigrateApplied", "beforeInfo",
				"afterInfo")) {
			application.file(directory + "/" + event + ".sql", COUNT.formatted(event));
		}
		return application;
	}

	private static List<String> startTwice(Application application) {
		// the schema is not empty, and has no history
		application.jdbc().execute("create table called (event text)");
		application.with("spring.flyway.baseline-on-migrate=true", "spring.flyway.baseline-version=0");
		application.start();
		application.start();
		return called(application);
	}

	private static List<String> called(Application application) {
		return application.jdbc()
			.queryForList("select event || ' ' || count(*) from called group by event order by 1", String.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class CallbackBean {

		@Bean
		Callback countingCallback() {
			return new Callback() {

				@Override
				public boolean supports(Event event, Context context) {
					// an event per connection is no event per migration
					return event != Event.AFTER_CONNECT;
				}

				@Override
				public boolean canHandleInTransaction(Event event, Context context) {
					return true;
				}

				@Override
				public void handle(Event event, Context context) {
					assertThat(event).isNotNull();
					new JdbcTemplate(new SingleConnectionDataSource(context.getConnection(), true))
						.execute(COUNT.formatted(event.getId()));
				}

				@Override
				public String getCallbackName() {
					return "counting";
				}

			};
		}

	}

}
