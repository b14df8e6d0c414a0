package dev.startgate.dropin;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import dev.startgate.testing.MariaDbDatabase;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Callbacks run as often as in plain Boot, at the first start and at the second.
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class CallbackTests {

	private static final String COUNT = "insert into called(event) values ('%s')";

	private static final List<String> QUIET = List.of("afterMigrateApplied", "afterMigrateError", "beforeEachMigrate",
			"afterEachMigrate", "afterEachMigrateError", "beforeRepeatables", "afterValidateError", "beforeBaseline",
			"afterBaseline", "beforeClean", "afterClean", "beforeRepair", "afterRepair", "beforeUndo", "afterUndo",
			"beforeInfo", "afterInfo", "afterInfoOperationFinish");

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
		Comparison.sameAsPlainBoot((application) -> {
			List<String> observed = startTwice(application
				.file("sql/beforeCreateSchema.sql",
						"create schema if not exists other authorization pg_monitor;"
								+ COUNT.formatted("beforeCreateSchema").replace("called", "public.called"))
				.with("spring.flyway.schemas=other"));
			observed.addAll(application.jdbc()
				.queryForList("select 'owner ' || nspowner::regrole from pg_namespace where nspname = 'other'",
						String.class));
			return observed;
		}).containsExactly("beforeCreateSchema 2", "owner pg_monitor");
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

	@Test
	void programs() {
		Comparison.sameAsPlainBoot((application) -> {
			Path calls = Files.createTempFile("calls", ".txt");
			startTwice(application.file("sql/afterMigrate.sh", "echo called >> " + calls)
				.with("spring.flyway.skip-default-callbacks=true"));
			return Files.readAllLines(calls);
		}).containsExactly("called", "called");
	}

	@ParameterizedTest
	@ValueSource(strings = { "postgresql", "mariadb" })
	void whatCantRunWithoutWorkTakesNoLock(String database, CapturedOutput output) {
		try (Application application = new Application(true)) {
			JdbcTemplate jdbc = use(application, database);
			QUIET.forEach((event) -> application.file("sql/" + event + ".sql", COUNT.formatted(event)));
			application.file("sql/afterConnect.sql", "select 1").with(QuietBean.class);
			jdbc.execute("create table called (event varchar(50))");
			application.with("spring.flyway.baseline-on-migrate=true", "spring.flyway.baseline-version=0");
			assertThat(application.start()).isEmpty();
			List<String> called = jdbc.queryForList("select event from called", String.class);
			assertThat(called).contains("afterMigrateApplied", "beforeEachMigrate", "beforeBaseline");
			long taken = Application.generation(jdbc);
			assertThat(application.start()).isEmpty();
			assertThat(application.start()).isEmpty();
			assertThat(Application.generation(jdbc)).isEqualTo(taken);
			assertThat(jdbc.queryForList("select event from called", String.class)).isEqualTo(called);
			assertThat(output).doesNotContain("calls the callbacks");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "postgresql", "mariadb" })
	void whatRunsWithoutWorkTakesTheLockAtEachStart(String database, CapturedOutput output) {
		try (Application application = new Application(true)) {
			JdbcTemplate jdbc = use(application, database);
			assertThat(application.start()).isEmpty();
			jdbc.execute("create table called (event varchar(50))");
			for (String event : List.of("beforeMigrate", "afterMigrate", "afterVersioned", "beforeValidate",
					"afterValidate", "beforeCreateSchema", "afterMigrateOperationFinish")) {
				application.file("sql/" + event + ".sql", COUNT.formatted(event));
				long taken = Application.generation(jdbc);
				assertThat(application.start()).isEmpty();
				assertThat(jdbc.queryForList("select event from called", String.class)).last().isEqualTo(event);
				assertThat(Application.generation(jdbc)).as(event).isEqualTo(taken + 1);
				application.without("sql/" + event + ".sql");
			}
			assertThat(output.getAll().split("calls the callbacks of 'flyway': no migration is pending", -1))
				.hasSize(8);
			assertThat(output.getAll().split(" and does the work: migrations of 'flyway'", -1)).hasSize(2);
			long taken = Application.generation(jdbc);
			application.file("sql/beforeValidate.sql", "select 1").file("sql/beforeCreateSchema.sql", "select 1");
			application.with("spring.flyway.validate-on-migrate=false", "spring.flyway.create-schemas=false");
			assertThat(application.start()).isEmpty();
			assertThat(Application.generation(jdbc)).isEqualTo(taken);
			assertThat(application.with(Flyway::migrate).start()).isEmpty();
			assertThat(output).contains("and runs the migration strategy of 'flyway': no migration is pending");
		}
	}

	private static JdbcTemplate use(Application application, String database) {
		if (database.equals("postgresql")) {
			return application.jdbc();
		}
		String url = MariaDbDatabase.create();
		application.with("spring.datasource.url=" + url, "spring.datasource.username=root");
		return MariaDbDatabase.jdbc(url);
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
		List<String> observed = new ArrayList<>(application.start());
		observed.addAll(application.start());
		observed.addAll(called(application));
		return observed;
	}

	private static List<String> called(Application application) {
		return application.jdbc()
			.queryForList("select event || ' ' || count(*) from called group by event order by 1", String.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class QuietBean {

		@Bean
		Callback quietCallback() {
			return new CountingCallback((event) -> event == Event.AFTER_EACH_MIGRATE);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CallbackBean {

		@Bean
		Callback countingCallback() {
			// AFTER_CONNECT comes with each connection, not with each migration
			return new CountingCallback((event) -> event != Event.AFTER_CONNECT);
		}

	}

	private record CountingCallback(Predicate<Event> supported) implements Callback {

		@Override
		public boolean supports(Event event, Context context) {
			return this.supported.test(event);
		}

		@Override
		public boolean canHandleInTransaction(Event event, Context context) {
			return true;
		}

		@Override
		public void handle(Event event, Context context) {
			new JdbcTemplate(new SingleConnectionDataSource(context.getConnection(), true))
				.execute(COUNT.formatted(event.getId()));
		}

		@Override
		public String getCallbackName() {
			return "counting";
		}

	}

}
